/// What a file may ask for. All of it is checked before anything is derived from a passphrase or opened with an identity.
package enum VaultLimits {
    package static let fileByteCount = 64 << 20
    package static let passphraseKeys = 8
    package static let ageStanzas = 256
    package static let opslimit = 3...10
    package static let memlimit = (64 << 20)...(1 << 30)
    /// Versions of one secret that are kept behind the present one.
    package static let keep = 0...100
    package static let textByteCount = 1000
    /// A version or generation: 53 bits, so that every YAML reader keeps it whole.
    package static let number: UInt64 = 1 << 53
}
