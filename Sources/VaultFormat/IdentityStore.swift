package import AgeFormat
internal import Glibc
internal import SecretMemory

/// Files with an identity of our own making: for `vault keys generate`, and by `vault init` for who has none.
package enum IdentityStore {
    /// The recipient of the identity at `path`, which is made where there is none; one that is there is never overwritten.
    ///
    /// - Returns: the recipient, and whether the identity is new, so that the user is told to back it up.
    package static func recipient(
        ofIdentityAt path: String,
        environment: KeyEnvironment,
        at time: VaultTime = .now,
        randomness: Randomness = .system
    ) throws(VaultError) -> (recipient: String, isNew: Bool) {
        let source = KeySource.defaultIdentity(path: path)
        let reader = PrivateFile(credentialsFolder: environment.text("CREDENTIALS_DIRECTORY"))
        do throws(VaultError.SourceFault) {
            let text = try reader.read(path)
            return (try recipient(in: text), false)
        } catch .absent {
            return (try generate(at: path, time: time, randomness: randomness), true)
        } catch {
            throw VaultError(.brokenSource(source, error), path: path)
        }
    }

    private static func recipient(in text: borrowing SecretBytes) throws(VaultError.SourceFault) -> String {
        do throws(AgeError) {
            let file = try text.withBytes { (bytes) throws(AgeError) in try AgeIdentityFile.parse(bytes) }
            if case .identities(let identities) = file, let first = identities.first { return first.recipient.text }
        } catch {
            throw .age(error)
        }
        throw .cannotPrompt  // the recipient of an encrypted identity is not known without its passphrase
    }

    /// Makes a file with a new identity, 0600, where none is yet; otherwise `exists`.
    ///
    /// - Returns: its recipient.
    package static func generate(
        at path: String,
        time: VaultTime = .now,
        randomness: Randomness = .system
    ) throws(VaultError) -> String {
        let identity = AgeIdentity(generatingFrom: randomness)
        try Folder.make(TemporaryFile.folder(of: path), for: path)
        let temporary = try TemporaryFile(beside: path, path: path)
        let text = AgeIdentityFile.text(of: identity, created: time.text)
        do throws(SystemError) {
            try temporary.descriptor.write(text)
            try temporary.descriptor.sync()
        } catch {
            throw VaultError(.system(.write, code: error.code, inPlace: nil), path: path)
        }
        try temporary.place()
        return identity.recipient.text
    }
}
