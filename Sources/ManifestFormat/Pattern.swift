internal import CPatterns
package import SecretMemory

/// A regular expression that a whole value has to match, in RE2's syntax; matching takes time linear in the value.
///
/// - Safety: RE2's expressions may be used from several threads at once, and this one never changes.
@safe package final class Pattern: @unchecked Sendable {
    package let text: String
    private let compiled: OpaquePointer

    /// Why text is no pattern, in RE2's words; they may quote the pattern, which is no secret.
    package struct Malformed: Error, Hashable {
        package var message: String
    }

    package init(parsing text: String) throws(Malformed) {
        var message = [CChar](repeating: 0, count: 200)
        var source = text
        let result = source.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe ws_pattern_compile(characters.baseAddress, characters.count, &message, message.count)
            }
        }
        guard let result = unsafe result else {
            throw Malformed(
                message: String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            )
        }
        self.text = text
        unsafe compiled = result
    }

    deinit {
        unsafe ws_pattern_free(compiled)
    }

    package func matches(_ secret: Secret) -> Bool {
        unsafe secret.withUnsafeBytes { unsafe matches($0) }
    }

    /// The same for text that is no secret.
    func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { unsafe matches(UnsafeRawBufferPointer($0)) }
    }

    private func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe ws_pattern_matches(
            compiled,
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            bytes.count
        ) != 0
    }
}
