internal import CSodium

/// A resolved value, shared by the parts that need it: the environment of the command and the masker.
///
/// It is not `CustomStringConvertible` with its value: printing one gives `Secret(…)`.
package final class Secret: Sendable {
    private let bytes: SecretBytes

    package init(_ bytes: consuming SecretBytes) {
        self.bytes = bytes
    }

    package convenience init(copying text: String) {
        self.init(SecretBytes(copying: text))
    }

    package var count: Int { bytes.count }
    package var isEmpty: Bool { bytes.isEmpty }

    /// Calls `body` with the bytes, which are valid only during the call.
    package func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withBytes(body)
    }

    /// The same for C functions.
    package func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe bytes.withUnsafeBytes(body)
    }

    /// A second copy in locked memory, to change.
    package func copy() -> SecretBytes {
        bytes.withBytes { SecretBytes(copying: $0) }
    }

    /// Whether both hold the same bytes, in time that depends on their length alone.
    package func isEqual(to other: Secret) -> Bool {
        guard count == other.count else { return false }
        return unsafe bytes.withUnsafeBytes { left in
            unsafe other.bytes.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe sodium_memcmp(left, right, count) == 0
            }
        }
    }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    package var description: String { "Secret(…)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
