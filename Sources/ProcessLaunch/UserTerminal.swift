internal import CProcessShims
internal import Glibc

/// The terminal of the user, which we lend to a command that runs on a pseudo-terminal of ours.
final class UserTerminal {
    /// For reading and writing: a description of our own where it can be had, so that nothing waits in it.
    let descriptor: Int32
    private(set) var isRaw = false
    /// As it was when we last took it; what is restored.
    private(set) var settings = termios()
    private let isReopened: Bool
    /// Whether others than the command's own terminal write here, whose lines need carriage returns.
    private let keepsProcessing: Bool

    /// - Parameter standard: the standard stream that is a terminal.
    init(_ standard: Int32, keepsProcessing: Bool) {
        self.keepsProcessing = keepsProcessing
        let own = ws_reopen_terminal(standard, O_RDWR)
        isReopened = own >= 0
        descriptor = isReopened ? own : standard
        unsafe tcgetattr(descriptor, &settings)
    }

    deinit {
        if isReopened { close(descriptor) }
    }

    /// Whether our group may use it. A terminal that is not our controlling one has no background.
    var isForeground: Bool {
        let group = tcgetpgrp(descriptor)
        return group < 0 || group == getpgrp()
    }

    var size: ws_window_size? {
        var size = ws_window_size()
        return unsafe ws_window_size(descriptor, &size) == 0 ? size : nil
    }

    /// Hands every key on as it is: signals, echo and line editing are the pseudo-terminal's affair from here on.
    ///
    /// - Parameter isAboutTo: called with the settings to restore, before they are changed.
    func enterRawMode(_ isAboutTo: (termios) -> Void) {
        guard !isRaw, unsafe tcgetattr(descriptor, &settings) == 0 else { return }
        isAboutTo(settings)
        var raw = settings
        unsafe cfmakeraw(&raw)
        if keepsProcessing { raw.c_oflag = settings.c_oflag }
        isRaw = unsafe tcsetattr(descriptor, TCSANOW, &raw) == 0
    }

    /// Puts a byte back into what is still to be read there.
    ///
    /// - Returns: whether the kernel took it.
    func type(_ byte: UInt8) -> Bool {
        ws_type(descriptor, CChar(bitPattern: byte)) == 0
    }

    /// Somebody else has the terminal, and their settings are in force.
    func forgetRawMode() {
        isRaw = false
    }

    func leaveRawMode() {
        guard isRaw else { return }
        unsafe tcsetattr(descriptor, TCSANOW, &settings)
        isRaw = false
    }
}
