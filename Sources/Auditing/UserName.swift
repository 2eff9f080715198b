internal import Glibc

extension AuditActor {
    /// This process's user and number.
    ///
    /// - Parameter commandPath: the program that is run, as typed; only its last component is kept.
    package static func current(commandPath: String?) -> AuditActor {
        AuditActor(user: userName(of: getuid()), pid: getpid(), commandPath: commandPath)
    }
}

/// The name that `/etc/passwd` has for a user, else the number.
///
/// Not `getpwuid`: in a static program it loads the machine's own name service modules into it, which is not safe.
/// Nor `$USER`, which anybody can set.
func userName(of user: uid_t, passwd path: String = "/etc/passwd") -> String {
    let number = String(user)
    guard let file = try? OpenFile(path, O_RDONLY), let bytes = try? file.read(count: 256 << 10, at: 0) else {
        return number
    }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
        let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4, fields[2].elementsEqual(number.utf8), !fields[0].isEmpty else { continue }
        return String(decoding: fields[0], as: UTF8.self)
    }
    return number
}
