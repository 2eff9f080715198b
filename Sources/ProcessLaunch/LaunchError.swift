package import Diagnostics
internal import Glibc

/// Why the command was not started.
package enum LaunchError: Error, Hashable, Sendable {
    /// No such file in any folder of the command's PATH, or at the path that was given.
    case notFound(String, isPath: Bool)
    /// The file is there and what its first line or its header names to run it is not.
    case interpreterMissing(String)
    /// Found, and the kernel does not run it.
    case notExecutable(String, errno: Int32)
    /// A single string of the environment is over the kernel's bound. Never holds a value.
    case variableTooLarge(String, byteCount: Int, limit: Int)
    case environmentTooLarge(byteCount: Int, limit: Int, largest: String)
    /// The working directory cannot be entered.
    case folder(String, errno: Int32)
    /// Making `what` (a process, a pipe, a terminal) failed.
    case resource(String, errno: Int32)
    /// The private file for a variable could not be made.
    case privateFile(String, errno: Int32)
    /// It could not be given to the user that the manifest names.
    case privateFileOwner(String, user: UInt32, errno: Int32)

    /// 127 and 126 as `env` and the shells have them; 125 for what is our own failure.
    package var exitStatus: Int32 {
        switch self {
        case .notFound, .interpreterMissing: 127
        case .notExecutable: 126
        case .variableTooLarge, .environmentTooLarge, .folder, .resource, .privateFile, .privateFileOwner: 125
        }
    }

    package var diagnostic: Diagnostic {
        switch self {
        case .notFound(let name, isPath: false):
            Diagnostic(.error, "'\(printable(name))' is in no folder of the command's PATH")
        case .notFound(let name, isPath: true):
            Diagnostic(.error, "'\(printable(name))': no such file")
        case .interpreterMissing(let name):
            Diagnostic(
                .error,
                "'\(printable(name))' is there and what runs it is not",
                hints: ["its first line may name a missing interpreter, or it was built for another C library"]
            )
        case .notExecutable(let name, let errno):
            Diagnostic(.error, "'\(printable(name))' can't be run: \(systemMessage(errno))", hints: hints(for: errno))
        case .variableTooLarge(let name, let byteCount, let limit):
            Diagnostic(
                .error,
                "'\(printable(name))' takes \(byteCount) bytes with its name, and the kernel passes on at most \(limit) a variable",
                hints: ["deliver it with 'as: file'"]
            )
        case .environmentTooLarge(let byteCount, let limit, let largest):
            Diagnostic(
                .error,
                "environment and arguments take \(byteCount) bytes, and the kernel passes on at most \(limit)",
                hints: ["the largest variable is '\(printable(largest))'", "'ulimit -s' sets the bound"]
            )
        case .folder(let path, let errno):
            Diagnostic(.error, "the folder '\(printable(path))' can't be entered: \(systemMessage(errno))")
        case .resource(let what, let errno):
            Diagnostic(.error, "\(what) could not be made: \(systemMessage(errno))")
        case .privateFile(let name, let errno):
            Diagnostic(.error, "the file for '\(printable(name))' could not be made: \(systemMessage(errno))")
        case .privateFileOwner(let name, let user, let errno):
            Diagnostic(
                .error,
                "the file for '\(printable(name))' could not be given to user \(user): \(systemMessage(errno))",
                hints: ["only root may give files away; 'mode' can let a group read it"]
            )
        }
    }
}

private func hints(for errno: Int32) -> [String] {
    switch errno {
    case EACCES: ["it may lack the x bit, be a folder, or lie on a file system mounted noexec"]
    case E2BIG: ["the arguments may be too many; 'ulimit -s' sets the bound"]
    default: []
    }
}
