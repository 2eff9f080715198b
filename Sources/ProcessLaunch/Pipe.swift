internal import CProcessShims
internal import Glibc

/// A pipe of ours: both ends CLOEXEC, the read end non-blocking.
struct Pipe: ~Copyable {
    private var readEnd: Descriptor
    var writeEnd: Descriptor

    init() throws(LaunchError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe ws_pipe(&ends, 0) == 0 else { throw .resource("a pipe", errno: errno) }
        readEnd = Descriptor(owning: ends[0])
        writeEnd = Descriptor(owning: ends[1])
    }

    private init(readEnd: consuming Descriptor, writeEnd: consuming Descriptor) {
        self.readEnd = readEnd
        self.writeEnd = writeEnd
    }

    /// No pipe: both ends are -1.
    static func none() -> Pipe {
        Pipe(readEnd: Descriptor(owning: -1), writeEnd: Descriptor(owning: -1))
    }

    /// The read end; the write end is closed.
    consuming func takeReadEnd() -> Descriptor {
        readEnd
    }
}
