internal import SecretMemory

/// The payload of an age file: a nonce, then the plaintext in chunks of 64 KiB, each sealed under a counter.
///
/// age v1, "Payload", after STREAM of Hoang, Reyhanitabar, Rogaway and Vizár. The last chunk is marked as such, so that
/// a cut payload is known; it is empty only where the whole plaintext is.
enum AgeStream {
    static let nonceCount = 16
    static let chunkCount = 64 * 1024

    static func seal(_ plaintext: borrowing SecretBytes, fileKey: borrowing SecretBytes, nonce: [UInt8]) -> [UInt8] {
        let key = hkdf(fileKey, salt: nonce, info: "payload")
        return plaintext.withBytes { bytes in
            var payload = nonce
            var counter: UInt64 = 0
            var start = 0
            repeat {
                let end = min(start + chunkCount, bytes.count)
                let chunkNonce = chunkNonce(counter, isLast: end == bytes.count)
                payload += ChaChaBox.seal(bytes.extracting(start..<end), key: key, nonce: chunkNonce)
                (counter, start) = (counter + 1, end)
            } while start < bytes.count
            return payload
        }
    }

    static func open(_ payload: Span<UInt8>, fileKey: borrowing SecretBytes) throws(AgeError) -> SecretBytes {
        guard payload.count >= nonceCount + ChaChaBox.tagCount else { throw .malformedPayload }
        let nonce = (0..<nonceCount).map { payload[$0] }
        let key = hkdf(fileKey, salt: nonce, info: "payload")
        var plaintext = SecretBytes(capacity: payload.count)
        var counter: UInt64 = 0
        var start = nonceCount
        while start < payload.count {
            let end = min(start + chunkCount + ChaChaBox.tagCount, payload.count)
            let isLast = end == payload.count
            let chunkNonce = chunkNonce(counter, isLast: isLast)
            guard let chunk = ChaChaBox.open(payload.extracting(start..<end), key: key, nonce: chunkNonce),
                !chunk.isEmpty || counter == 0
            else { throw .malformedPayload }
            plaintext.append(chunk)
            (counter, start) = (counter + 1, end)
        }
        return plaintext
    }

    /// 11 bytes of counter, big-endian, and whether this is the last chunk.
    private static func chunkNonce(_ counter: UInt64, isLast: Bool) -> [UInt8] {
        var nonce: [UInt8] = [0, 0, 0]
        for shift in stride(from: 56, through: 0, by: -8) { nonce.append(UInt8(truncatingIfNeeded: counter >> shift)) }
        return nonce + [isLast ? 1 : 0]
    }
}
