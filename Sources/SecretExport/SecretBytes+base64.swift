internal import CSodium
internal import SecretMemory

extension SecretBytes {
    /// Appends RFC 4648 base64 with padding, written straight into locked memory.
    ///
    /// libsodium's takes the same time whatever the bytes.
    mutating func appendBase64(_ value: Span<UInt8>) {
        guard value.count > 0 else { return }
        // With the NUL that the C function ends its text with.
        let count = sodium_base64_encoded_len(value.count, Int32(sodium_base64_VARIANT_ORIGINAL))
        var text = SecretBytes(zeros: count)
        unsafe text.withUnsafeMutableBytes { target in
            unsafe value.withUnsafeBufferPointer { source in
                guard let start = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self),
                    let bytes = source.baseAddress
                else { return }
                _ = unsafe sodium_bin2base64(start, count, bytes, source.count, Int32(sodium_base64_VARIANT_ORIGINAL))
            }
        }
        text.truncate(to: count - 1)
        append(text)
    }
}
