internal import Glibc
internal import TestSupport

extension TemporaryFolder {
    struct NoFIFO: Error {
        var errno: Int32
    }

    func makeFIFO(_ name: String) throws(NoFIFO) -> String {
        let path = path(name)
        guard unsafe mkfifo(path, 0o600) == 0 else { throw NoFIFO(errno: errno) }
        return path
    }
}
