internal import Glibc

/// Who may own a manifest that was found rather than named: the user, root, or, under sudo, the user who called it; and
/// nobody else may write to it.
struct OwnershipRule {
    /// Two or three. Not a set: the runtime would search all conformances of the program for one, at every start.
    var trustedOwners: [UInt32]

    /// - Parameter sudoUser: the text of `SUDO_UID`, which counts only for root: anybody else could set it.
    init(sudoUser: String?) {
        trustedOwners = [0, geteuid()]
        if geteuid() == 0, let user = sudoUser.flatMap({ UInt32($0) }) {
            trustedOwners.append(user)
        }
    }

    /// - Parameter mode: permission bits.
    func check(name: String, owner: UInt32, group: UInt32, mode: UInt32) throws(ManifestProblem) {
        guard trustedOwners.contains(owner) else {
            throw ManifestProblem(.foreignOwner(path: name, owner: owner))
        }
        let isWritableByOthers = mode & 0o002 != 0
        let isWritableByGroup = mode & 0o020 != 0
        guard !isWritableByOthers, !isWritableByGroup || isPrivateGroup(group, of: owner) else {
            throw ManifestProblem(.writableByOthers(path: name, mode: mode))
        }
    }

    /// Whether `group` is the user's own private one, as Debian and Fedora make them, where a umask of 002 is usual: the
    /// user's primary group, of the same name, with no other member.
    ///
    /// Read from the files themselves: a static glibc must not load the image's NSS modules. A user who is not in them
    /// has no private group.
    private func isPrivateGroup(_ group: UInt32, of owner: UInt32) -> Bool {
        let users = lines(of: "/etc/passwd")
        guard
            let user = users.first(where: { $0.count > 3 && UInt32($0[2]) == owner }),
            UInt32(user[3]) == group,
            !users.contains(where: { $0.count > 3 && UInt32($0[3]) == group && $0[0] != user[0] }),
            let entry = lines(of: "/etc/group").first(where: { $0.count > 2 && UInt32($0[2]) == group }),
            entry[0] == user[0]
        else { return false }
        let members = entry.count > 3 ? entry[3].split(separator: ",") : []
        return members.allSatisfy { String($0) == user[0] }
    }

    private func lines(of path: String) -> [[String]] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        guard let bytes = try? readAll(descriptor, limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
