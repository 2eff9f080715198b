internal import VaultFormat

/// Feeds the reader of vault files. What it accepts has to come back when it is written and read again.
@main
struct VaultFileFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        unsafe _ = runFuzzer(&count, &arguments, checkInput)
    }

    static func check(_ text: [UInt8]) {
        guard let file = try? VaultFile.parse(text, path: "fuzz.yaml") else { return }
        let again = try? VaultFile.parse(file.text, path: "fuzz.yaml")
        precondition(again == file, "a file that was written is read as another")
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
func checkInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe VaultFileFuzz.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// libFuzzer's loop; SwiftPM renames `main`, so the fuzzer's own never runs.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
