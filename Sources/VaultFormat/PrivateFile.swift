internal import CProcessShims
internal import Diagnostics
internal import Glibc
package import SecretMemory

/// Reads a file that holds an identity or a passphrase, if it is as private as that needs.
package struct PrivateFile: Sendable {
    /// `$CREDENTIALS_DIRECTORY`, where systemd puts credentials.
    private let credentialsFolder: String?

    static let byteLimit = 1 << 20

    package init(credentialsFolder: String?) {
        self.credentialsFolder = credentialsFolder
    }

    /// The whole file.
    ///
    /// Refused are files that others can read, except where a container delivers them: under `/run/secrets`,
    /// `/var/run/secrets` and `$CREDENTIALS_DIRECTORY`, on a tmpfs, or on a read-only mount, where nobody could `chmod`.
    package func read(_ path: String) throws(VaultError.SourceFault) -> SecretBytes {
        let descriptor = try translating(Self.fault) { () throws(SystemError) in
            try FileDescriptor.open(path, O_RDONLY)
        }
        let status = try translating(Self.fault) { () throws(SystemError) in try descriptor.status() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_mode & 0o077 == 0 || isDelivered(path, descriptor) else {
            throw .readableByOthers(mode: status.st_mode & 0o7777)
        }
        let secret = try translating(Self.fault) { () throws(SystemError) in
            try descriptor.readSecret(limit: Self.byteLimit)
        }
        guard let secret else { throw .tooLarge }
        return secret
    }

    private static func fault(_ error: SystemError) -> VaultError.SourceFault {
        error.code == ENOENT || error.code == ENOTDIR ? .absent : .unreadable(code: error.code)
    }

    private func isDelivered(_ path: String, _ descriptor: borrowing FileDescriptor) -> Bool {
        if ws_lies_in_memory_or_read_only(descriptor.number) != 0 { return true }
        guard let real = canonicalPath(path) else { return false }
        let folders = ["/run/secrets", "/var/run/secrets"] + [credentialsFolder].compactMap { $0 }
        return folders.contains { real.hasPrefix((canonicalPath($0) ?? $0) + "/") }
    }
}
