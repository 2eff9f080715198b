import Crypto
import Glibc

@testable import RemoteProviders

/// A home folder for one test, gone with it.
final class TemporaryHome: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/withsecrets-home-XXXXXX".utf8CString)
        path = unsafe String(cString: mkdtemp(&template))
    }

    deinit {
        unsafe _ = system("rm -rf '\(path)'")
    }

    func write(_ name: String, _ text: String, mode: mode_t = 0o600) {
        let folder = name.split(separator: "/").dropLast().joined(separator: "/")
        unsafe _ = system("mkdir -p '\(path)/\(folder)'")
        let descriptor = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        var text = text
        text.withUTF8 { unsafe _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    func read(_ name: String) throws -> String {
        let descriptor = unsafe open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    func sha1(of text: String) -> String {
        hex(Insecure.SHA1.hash(data: Array(text.utf8)))
    }
}
