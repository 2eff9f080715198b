internal import SecretMemory

@testable import SecretProviders

/// Any bytes are a dotenv file or refused with a place inside them; what was read can be written and read again.
@main
struct DotenvFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        unsafe _ = runFuzzer(&count, &arguments, checkInput)
    }

    static func check(_ bytes: Span<UInt8>) {
        do throws(DotenvError) {
            let fields = try parseDotenv(bytes)
            var file = SecretBytes()
            for (name, value) in fields {
                file.append("\(name)=\"")
                value.withBytes { value in
                    for index in value.indices {
                        switch value[index] {
                        case UInt8(ascii: "\r"): file.append("\\r")
                        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                            file.append("\\")
                            file.append(value[index])
                        default: file.append(value[index])
                        }
                    }
                }
                file.append("\"\n")
            }
            let again = try file.withBytes { bytes throws(DotenvError) in try parseDotenv(bytes) }
            precondition(again.map(\.name) == fields.map(\.name))
            precondition(zip(again, fields).allSatisfy { $0.value.isEqual(to: $1.value) })
        } catch {
            precondition(error.line >= 1 && error.column >= 1 && error.column <= bytes.count + 1)
        }
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func checkInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe DotenvFuzz.check(UnsafeBufferPointer(start: start, count: count).span)
    return 0
}

/// libFuzzer's loop; SwiftPM renames `main`, so the fuzzer's own never runs.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
