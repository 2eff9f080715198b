internal import CProcessShims
internal import Glibc

/// What the kernel and our caller gave this process, noted before the Swift runtime or main could change any of it.
///
/// The command gets all of it back, so that it cannot tell that something stood between.
package enum StartupState {
    /// The words of our command line as they were typed; they need not be valid UTF-8.
    package static var arguments: [RawArgument] {
        let startup = unsafe ws_startup()!.pointee
        return unsafe (0..<Int(startup.argc)).compactMap { index in
            guard let word = unsafe startup.argv[index] else { return nil }
            return unsafe RawArgument(start: word)
        }
    }

    /// Whether standard stream 0, 1 or 2 was closed. A placeholder that answers EBADF holds its number.
    package static func wasClosed(_ stream: Int32) -> Bool {
        unsafe ws_startup().pointee.closed_streams & (1 << UInt32(stream)) != 0
    }

    package static var blockedSignals: SignalSet {
        SignalSet(rawValue: unsafe ws_startup().pointee.blocked_signals)
    }

    package static var ignoredSignals: SignalSet {
        SignalSet(rawValue: unsafe ws_startup().pointee.ignored_signals)
    }

    /// Undoes what a start without /proc took and gives the Swift runtime its arguments: the first line of main.
    package static func restoreArguments() {
        ws_restore_arguments()
    }

    static var coreLimit: rlimit { unsafe ws_startup().pointee.core_limit }

    /// The environment's strings as the kernel laid them out, ended by nil. Empty after a supervised start: they are
    /// overwritten then.
    static var environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        unsafe ws_startup().pointee.envp
    }
}

/// One word of the command line: C text that lives as long as the process and need not be valid UTF-8.
///
/// - Safety: the kernel put it there before main, and nothing of ours writes to it.
@safe package struct RawArgument: @unchecked Sendable {
    let start: UnsafeMutablePointer<CChar>

    init(start: UnsafeMutablePointer<CChar>) {
        unsafe self.start = start
    }

    /// A copy of `text`, up to its first NUL, that is never given back: for words that we make ourselves.
    package init(_ text: String) {
        unsafe start = strdup(text)
    }

    /// As text, with U+FFFD for what is no valid UTF-8.
    package var text: String { unsafe String(cString: start) }

    package var byteCount: Int { unsafe strlen(start) }
}

/// Signals by number, 32 and 33 too, which glibc keeps for itself and its sets refuse.
package struct SignalSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package init(_ number: Int32) {
        rawValue = 1 << UInt64(number - 1)
    }

    package func contains(number: Int32) -> Bool { contains(SignalSet(number)) }

    static let all = SignalSet(rawValue: ~0)
}
