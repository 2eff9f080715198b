/// The checksum that Google's services give with data: CRC-32C (Castagnoli), RFC 3720 appendix B.4.
func crc32c(_ bytes: Span<UInt8>) -> UInt32 {
    var remainder: UInt32 = 0xFFFF_FFFF
    for index in bytes.indices {
        remainder ^= UInt32(bytes[index])
        for _ in 0..<8 {
            remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
        }
    }
    return ~remainder
}
