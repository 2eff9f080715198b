internal import Glibc

/// How much memory this process could ever have: what the machine has, or the least that a cgroup above us allows.
enum MachineMemory {
    static let byteCount: Int = {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let machine = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : .max
        return min(machine, controlGroupLimit ?? .max)
    }()

    /// cgroup v2, then v1; `nil` where there is no limit or nothing to read it from.
    private static var controlGroupLimit: Int? {
        var limits: [Int] = []
        for line in text("/proc/self/cgroup").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isUnified = parts[0] == "0" && parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
            let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
            // In a container our own path may not be there, and the root of the mount is our group.
            var path = String(parts[2])
            while true {
                if let limit = Int(text("\(root)\(path)/\(file)").filter { $0 != "\n" }) { limits.append(limit) }
                guard let slash = path.lastIndex(of: "/") else { break }
                path = String(path[..<slash])
            }
        }
        return limits.min()
    }

    private static func text(_ path: String) -> String {
        guard let file = unsafe fopen(path, "re") else { return "" }
        defer { unsafe fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
