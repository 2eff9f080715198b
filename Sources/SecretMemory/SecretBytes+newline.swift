extension SecretBytes {
    /// Takes off one newline at the end, LF or CRLF: the one that editors and programs add.
    package mutating func trimOneNewline() {
        let end = withBytes { bytes in
            guard let last = bytes.indices.last, bytes[last] == UInt8(ascii: "\n") else { return bytes.count }
            return last > 0 && bytes[last - 1] == UInt8(ascii: "\r") ? last - 1 : last
        }
        truncate(to: end)
    }
}
