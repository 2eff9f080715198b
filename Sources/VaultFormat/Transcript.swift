/// Fields one after the other, each behind its length, so that no two lists of fields make the same bytes.
///
/// A field is its length in 8 bytes, little-endian, and its bytes. A number is a field of 8 bytes, little-endian. A time
/// is its 20 characters. A field that is absent is one of no bytes; none that is present is empty.
struct Transcript {
    private(set) var bytes: [UInt8] = []

    /// - Parameter purpose: what the bytes are for, as the first field.
    init(purpose: String, capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
        append(purpose)
    }

    mutating func append(_ field: [UInt8]) {
        appendLittleEndian(UInt64(field.count))
        bytes += field
    }

    mutating func append(_ text: String) {
        appendLittleEndian(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    mutating func append(_ number: UInt64) {
        appendLittleEndian(8)
        appendLittleEndian(number)
    }

    mutating func append(_ number: Int) {
        append(UInt64(number))
    }

    mutating func append(_ time: VaultTime?) {
        appendLittleEndian(UInt64(time == nil ? 0 : VaultTime.byteCount))
        time?.append(to: &bytes)
    }

    private mutating func appendLittleEndian(_ number: UInt64) {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}
