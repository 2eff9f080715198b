import TestSupport

@testable import RemoteProviders

/// A home folder for one test, gone with it.
final class TemporaryHome: Sendable {
    private let folder = TemporaryFolder()

    var path: String { folder.path }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o600) {
        folder.makeFolder(of: name)
        folder.write(name, text, mode: mode)
    }

    func read(_ name: String) -> String {
        String(decoding: folder.read(name) ?? [], as: UTF8.self)
    }

    func sha1(of text: String) -> String {
        hex(RemoteProviders.sha1(Array(text.utf8).span))
    }
}
