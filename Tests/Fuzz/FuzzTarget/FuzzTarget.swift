/// What libFuzzer calls with each input that it makes up.
public protocol FuzzTarget {
    /// Ends the process where `input` shows a mistake; an error that is thrown is one too.
    static func check(_ input: [UInt8]) throws
}

extension FuzzTarget {
    /// libFuzzer's loop over `check`; the arguments are libFuzzer's.
    public static func main() {
        unsafe checkInput = check
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        unsafe _ = runFuzzer(&count, &arguments, testOneInput)
    }
}

/// Set once, before the only thread calls it.
nonisolated(unsafe) private var checkInput: ([UInt8]) throws -> Void = { _ in }

/// The linker wants it under this name, whoever calls it.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do {
        unsafe try checkInput(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

/// SwiftPM renames `main`, so the fuzzer's own never runs.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
