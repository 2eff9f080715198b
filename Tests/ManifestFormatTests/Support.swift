import Diagnostics
import TestSupport

@testable import ManifestFormat

/// A folder of its own for one test, with files in it that anybody may read.
final class Folder {
    private let folder = TemporaryFolder()

    init(_ files: [String: String] = [:]) {
        for (name, text) in files { write(text, to: name) }
    }

    var path: String { folder.path }

    func write(_ text: String, to name: String) {
        write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) {
        folder.makeFolder(of: name)
        folder.write(name, bytes, mode: 0o644)
    }
}

/// What loading a manifest gave: the manifest, or the messages as a user sees them.
func load(
    _ text: String,
    profile: String? = nil,
    overrides: [ManifestLoader.Override] = [],
    only: [String] = []
) -> (manifest: Manifest?, messages: [String]) {
    load(files: ["withsecrets.yaml": text], profile: profile, overrides: overrides, only: only)
}

func load(
    files: [String: String],
    profile: String? = nil,
    overrides: [ManifestLoader.Override] = [],
    only: [String] = []
) -> (manifest: Manifest?, messages: [String]) {
    let folder = Folder(files)
    let loader = ManifestLoader(
        file: "withsecrets.yaml",
        profile: profile,
        overrides: overrides,
        only: only,
        workingDirectory: folder.path
    )
    do {
        return (try loader.load().manifest, [])
    } catch {
        return (nil, error.diagnostics.map(\.shown))
    }
}

extension Diagnostic {
    /// The message with its place, without the hints.
    var shown: String {
        [location?.text, subject, message].compactMap(\.self).joined(separator: ": ")
    }
}
