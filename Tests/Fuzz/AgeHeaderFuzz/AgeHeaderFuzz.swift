internal import AgeFormat

/// Feeds the readers of age headers, armor and identity files. A header that is accepted is written as it was read.
@main
struct AgeHeaderFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        unsafe _ = runFuzzer(&count, &arguments, checkInput)
    }

    static func check(_ bytes: [UInt8]) {
        if let (header, length) = try? AgeHeader.parse(bytes.span) {
            precondition(Array(header.text.utf8) == Array(bytes[..<length]), "a header has another form")
        }
        if let file = try? AgeArmor.decode(bytes.span) {
            precondition((try? AgeArmor.decode(AgeArmor.encode(file))) == file, "armor has another form")
        }
        _ = try? AgeIdentityFile.parse(bytes.span)
        _ = try? AgeRecipient(parsing: String(decoding: bytes, as: UTF8.self))
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func checkInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe AgeHeaderFuzz.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// libFuzzer's loop; SwiftPM renames `main`, so the fuzzer's own never runs.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
