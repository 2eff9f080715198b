private import CSignatures

/// SHA-1 (FIPS 180-4), for names and thumbprints that others have defined by it: 20 bytes.
func sha1(_ bytes: Span<UInt8>) -> [UInt8] {
    unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe [UInt8](unsafeUninitializedCapacity: ws_sha1_size) { digest, count in
            unsafe ws_sha1(bytes.baseAddress, bytes.count, digest.baseAddress!)
            count = digest.count
        }
    }
}
