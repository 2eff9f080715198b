internal import Glibc

extension VaultFile {
    /// Reads and parses a file. The path may be a symbolic link; what it leads to has to be a regular file.
    ///
    /// - Parameter path: as the user would name it; messages use it.
    package static func read(_ path: String) throws(VaultError) -> VaultFile {
        try parse(try readBytes(path), path: path)
    }

    /// Parses what stands in a file, or stood there in an earlier revision.
    package static func parse(_ text: [UInt8], path: String) throws(VaultError) -> VaultFile {
        try VaultFileReader.read(text, path: path)
    }

    /// The text of the file, as `parse` takes it.
    package var text: [UInt8] { VaultFileWriter.text(of: self) }

    static func readBytes(_ path: String) throws(VaultError) -> [UInt8] {
        let descriptor = try translating { (error: SystemError) -> VaultError in
            error.code == ENOENT || error.code == ENOTDIR
                ? VaultError(.noFile, path: path)
                : VaultError(.system(.open, code: error.code, inPlace: nil), path: path)
        } _: { () throws(SystemError) in
            try FileDescriptor.open(path, O_RDONLY)
        }
        return try readBytes(descriptor, path: path)
    }

    static func readBytes(_ descriptor: borrowing FileDescriptor, path: String) throws(VaultError) -> [UInt8] {
        do throws(SystemError) {
            let status = try descriptor.status()
            if status.st_mode & S_IFMT == S_IFREG {
                if status.st_size <= VaultLimits.fileByteCount,
                    let bytes = try descriptor.read(limit: VaultLimits.fileByteCount)
                {
                    return bytes
                }
            } else {
                throw SystemError(code: EISDIR)
            }
        } catch {
            if error.code == EISDIR { throw VaultError(.notAFile, path: path) }
            throw VaultError(.system(.read, code: error.code, inPlace: nil), path: path)
        }
        throw VaultError(.tooLarge, path: path)
    }
}
