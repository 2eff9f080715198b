internal import Glibc

/// The certificate authorities that the system brings, where NIOSSL looks for them.
enum SystemCertificates {
    static let files = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]
    private static let folders = ["/etc/ssl/certs", "/etc/pki/tls/certs"]

    /// Whether there are any: an image made from nothing has none unless somebody put them there.
    static var exist: Bool {
        files.contains { unsafe access($0, R_OK) == 0 } || folders.contains(where: holdsSomething)
    }

    private static func holdsSomething(_ folder: String) -> Bool {
        guard let stream = unsafe opendir(folder) else { return false }
        defer { unsafe closedir(stream) }
        while let entry = unsafe readdir(stream) {
            // Neither the folder itself nor its parent.
            if unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { return true }
        }
        return false
    }
}
