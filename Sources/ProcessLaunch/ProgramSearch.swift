internal import Glibc

/// The paths at which a program may lie, by the rules of `execvp` and the command's own PATH.
///
/// A name with a slash is a path. An empty element of PATH is the working directory; without PATH it is `/bin:/usr/bin`.
/// For programs of ours elements that are no absolute paths are passed over: nobody means the folder at hand then.
struct ProgramSearch: ~Copyable {
    private let name: RawArgument
    private let isPath: Bool
    private var paths: [[CChar]]
    /// The program's working directory; nil is ours.
    let directory: String?

    init(
        for name: RawArgument,
        in environment: borrowing EnvironmentBlock,
        absoluteOnly: Bool = false,
        directory: String? = nil
    ) {
        self.name = name
        self.directory = directory
        let word = unsafe Array(UnsafeBufferPointer(start: name.start, count: name.byteCount))
        let slash = CChar(UInt8(ascii: "/"))
        isPath = word.contains(slash)
        guard !isPath, !word.isEmpty else {
            paths = [word + [0]]
            return
        }
        let value = unsafe environment.firstValue(of: "PATH")
        let path = unsafe value.map { unsafe Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
        let usual = "/bin:/usr/bin".utf8.map { CChar($0) }
        let folders = (path ?? usual).split(separator: CChar(UInt8(ascii: ":")), omittingEmptySubsequences: false)
        paths = folders.filter { !absoluteOnly || $0.first == slash }.map { folder in
            var path = Array(folder)
            if !path.isEmpty { path.append(slash) }
            path += word
            path.append(0)
            return path
        }
    }

    /// Calls `body` with the paths as C strings, ended by nil.
    func withPaths<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
        var bytes = paths.flatMap(\.self)
        return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var starts: [UnsafePointer<CChar>?] = unsafe []
            var offset = 0
            for path in paths {
                unsafe starts.append(UnsafePointer(buffer.baseAddress! + offset))
                offset += path.count
            }
            unsafe starts.append(nil)
            return unsafe starts.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
        }
    }

    /// What the errno of the attempt means to the user.
    func error(for errno: Int32) -> LaunchError {
        guard errno == ENOENT else { return .notExecutable(name.text, errno: errno) }
        // The kernel says ENOENT for a missing interpreter too; that the file itself is there tells them apart.
        // From where a relative path counts.
        let folder = directory.map { ($0 + "/").utf8.map(CChar.init(bitPattern:)) } ?? []
        for path in paths {
            let place = path.first == CChar(UInt8(ascii: "/")) ? path : folder + path
            if unsafe place.withUnsafeBufferPointer({ unsafe access($0.baseAddress!, F_OK) }) == 0 {
                return .interpreterMissing(name.text)
            }
        }
        return .notFound(name.text, isPath: isPath)
    }
}
