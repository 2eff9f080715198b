internal import CProcessShims
internal import Glibc

/// Who descends from whom, as /proc tells it.
enum ProcessTree {
    /// Whether `process` descends from `ancestor`, or was orphaned below it and fell to us. nil where /proc can't tell.
    static func descends(_ process: pid_t, from ancestor: pid_t) -> Bool? {
        var next = process
        // No chain is this long; numbers used anew while we look could make a circle.
        for _ in 0..<1000 {
            if next == ancestor || next == getpid() { return true }
            guard next > 1 else { return false }
            guard let entry = Entry(of: next) else { return next == process ? nil : false }
            next = entry.parent
        }
        return false
    }

    /// Two fields of `/proc/PID/stat` (proc_pid_stat(5)).
    struct Entry {
        /// `T` is stopped, `Z` a zombie.
        var state: Character
        var parent: pid_t

        init?(of process: pid_t) {
            let descriptor = unsafe ws_open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC, 0)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            // The name in brackets may hold anything, brackets and spaces too.
            guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = buffer[(end + 1)..<count].split(separator: UInt8(ascii: " "))
            guard fields.count > 1, let number = pid_t(String(decoding: fields[1], as: UTF8.self)) else { return nil }
            state = Character(Unicode.Scalar(fields[0].first!))
            parent = number
        }
    }
}
