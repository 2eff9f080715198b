internal import AgeFormat

/// Feeds the readers of age headers, armor and identity files. A header that is accepted is written as it was read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAgeHeader(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let (header, length) = try? AgeHeader.parse(bytes.span) {
        precondition(Array(header.text.utf8) == Array(bytes[..<length]), "a header has another form")
    }
    if let file = try? AgeArmor.decode(bytes.span) {
        precondition((try? AgeArmor.decode(AgeArmor.encode(file))) == file, "armor has another form")
    }
    _ = try? AgeIdentityFile.parse(bytes.span)
    _ = try? AgeRecipient(parsing: String(decoding: bytes, as: UTF8.self))
    return 0
}
