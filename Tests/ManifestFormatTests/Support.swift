import Diagnostics
import Glibc

@testable import ManifestFormat

/// A folder of its own for one test, with files in it.
final class Folder {
    let path: String

    init(_ files: [String: String] = [:]) {
        var template = Array("/tmp/withsecrets-test-XXXXXX".utf8CString)
        let made: String? = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, let name = unsafe mkdtemp(start) else { return nil }
            return unsafe String(cString: name)
        }
        path = made ?? "/nonexistent"
        for (name, text) in files { write(text, to: name) }
    }

    deinit {
        remove(path)
    }

    func write(_ text: String, to name: String) {
        write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) {
        let target = "\(path)/\(name)"
        var folder = path
        for part in name.split(separator: "/").dropLast() {
            folder += "/\(part)"
            unsafe mkdir(folder, 0o755)
        }
        let descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    private func remove(_ path: String) {
        if let stream = unsafe opendir(path) {
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            unsafe closedir(stream)
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
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
