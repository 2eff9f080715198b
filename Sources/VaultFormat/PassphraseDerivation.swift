internal import AgeFormat
internal import CSodium
internal import Glibc
internal import SecretMemory

/// Puts the data key under a passphrase, and takes it out again: Argon2id (RFC 9106) and XChaCha20-Poly1305.
///
/// The C function is `crypto_pwhash` with `crypto_pwhash_ALG_ARGON2ID13`.
enum PassphraseDerivation {
    static let saltCount = 16
    static let sealedCount = SealedBox.nonceCount + DataKey.byteCount + SealedBox.tagCount

    /// What a new key costs: about half a second.
    struct Cost: Hashable, Sendable {
        var opslimit: Int
        /// Bytes.
        var memlimit: Int

        /// 256 MiB and four passes; on a small machine less memory and more passes.
        static var usual: Cost {
            var cost = Cost(opslimit: 4, memlimit: 256 << 20)
            while cost.memlimit > VaultLimits.memlimit.lowerBound, cost.memlimit > MachineMemory.byteCount / 2 {
                cost.memlimit /= 2
                cost.opslimit = min(cost.opslimit * 2, VaultLimits.opslimit.upperBound)
            }
            return cost
        }

        static let least = Cost(opslimit: 3, memlimit: 64 << 20)
    }

    struct NotEnoughMemory: Error {
        var byteCount: Int
    }

    static func seal(
        _ dataKey: DataKey,
        under passphrase: Secret,
        cost: Cost,
        label: String?,
        id: [UInt8],
        randomness: Randomness
    ) throws(NotEnoughMemory) -> VaultFile.PassphraseKey {
        var key = VaultFile.PassphraseKey(
            opslimit: cost.opslimit,
            memlimit: cost.memlimit,
            salt: randomness.bytes(saltCount),
            sealed: [],
            label: label
        )
        let wrapping = try derive(key, from: passphrase)
        key.sealed = SealedBox.seal(
            dataKey.secret.copy(),
            key: wrapping,
            associated: associated(with: key, id: id),
            randomness: randomness
        )
        return key
    }

    /// The data key, `nil` where the passphrase is another.
    static func open(_ key: VaultFile.PassphraseKey, with passphrase: Secret, id: [UInt8]) throws(NotEnoughMemory)
        -> DataKey?
    {
        let wrapping = try derive(key, from: passphrase)
        guard let secret = SealedBox.open(key.sealed, key: wrapping, associated: associated(with: key, id: id)),
            secret.count == DataKey.byteCount
        else { return nil }
        return DataKey(secret)
    }

    private static func associated(with key: VaultFile.PassphraseKey, id: [UInt8]) -> [UInt8] {
        var transcript = Transcript(purpose: "withsecrets vault 1: passphrase")
        transcript.append(id)
        transcript.append("argon2id")
        transcript.append(key.opslimit)
        transcript.append(key.memlimit)
        transcript.append(key.salt)
        return transcript.bytes
    }

    private static func derive(
        _ key: VaultFile.PassphraseKey,
        from passphrase: Secret
    ) throws(NotEnoughMemory) -> SecretBytes {
        precondition(VaultLimits.opslimit.contains(key.opslimit) && VaultLimits.memlimit.contains(key.memlimit))
        guard key.memlimit <= MachineMemory.byteCount else { throw NotEnoughMemory(byteCount: key.memlimit) }
        var derived = SecretBytes(zeros: 32)
        let passphrase = passphrase.copy()
        let count = passphrase.count
        let status = unsafe derived.withUnsafeMutablePointer { derived in
            unsafe passphrase.withUnsafeBytes { passphrase in
                unsafe crypto_pwhash(
                    derived,
                    32,
                    passphrase.baseAddress!.assumingMemoryBound(to: CChar.self),
                    UInt64(count),
                    key.salt,
                    UInt64(key.opslimit),
                    key.memlimit,
                    crypto_pwhash_ALG_ARGON2ID13
                )
            }
        }
        guard status == 0 else { throw NotEnoughMemory(byteCount: key.memlimit) }
        return derived
    }
}
