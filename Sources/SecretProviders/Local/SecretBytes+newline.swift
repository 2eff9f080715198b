internal import SecretMemory

extension SecretBytes {
    /// Takes off one newline at the end, LF or CRLF: the one that editors and programs add.
    mutating func trimNewline() {
        let length = withBytes { bytes in
            var length = bytes.count
            guard length > 0, bytes[length - 1] == UInt8(ascii: "\n") else { return length }
            length -= 1
            if length > 0, bytes[length - 1] == UInt8(ascii: "\r") {
                length -= 1
            }
            return length
        }
        truncate(to: length)
    }
}
