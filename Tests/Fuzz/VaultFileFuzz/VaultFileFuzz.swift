internal import VaultFormat

/// Feeds the reader of vault files. What it accepts has to come back when it is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVaultFile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let file = try? VaultFile.parse(text, path: "fuzz.yaml") else { return 0 }
    let again = try? VaultFile.parse(file.text, path: "fuzz.yaml")
    precondition(again == file, "a file that was written is read as another")
    return 0
}
