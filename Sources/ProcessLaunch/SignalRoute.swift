internal import CProcessShims
internal import Glibc

/// What becomes of a signal that we got while the command runs.
enum SignalRoute: Hashable {
    /// To the command.
    case pass
    /// To the foreground group of the command's own terminal, as the keyboard's signals go.
    case passToForeground
    /// The command has it already, or it is our own affair.
    case withhold
}

/// The facts about the sender and the groups that decide a route.
struct SignalFacts: Hashable {
    var number: Int32
    /// `si_code` is `SI_KERNEL`.
    var isFromKernel = false
    /// A write of ours raised it (SIGPIPE, SIGXFSZ).
    var isFromUs = false
    /// The sender is the command, descends from it, or is in the process group that it has for itself.
    var isFromCommand = false
    /// The command is in our own process group.
    var sharesGroup = true
    var leadsSession = false

    /// The rules: withheld is what the kernel sent to the whole foreground group while the command is in it, and what
    /// the command sent, whose group had it as well. A hang-up goes to the session's leader alone, so that is passed on.
    var route: SignalRoute {
        if isFromUs || isFromCommand { return .withhold }
        guard isFromKernel, Self.sentToGroups.contains(number: number) else { return .pass }
        if sharesGroup { return number == SIGHUP && leadsSession ? .pass : .withhold }
        return number == SIGHUP && leadsSession ? .pass : .passToForeground
    }

    /// What terminals send to their foreground group.
    private static let sentToGroups: SignalSet = [
        SignalSet(SIGHUP), SignalSet(SIGINT), SignalSet(SIGQUIT), SignalSet(SIGTSTP), SignalSet(SIGTTIN),
        SignalSet(SIGTTOU), SignalSet(SIGCONT), SignalSet(SIGWINCH),
    ]
}

extension SignalFacts {
    init(_ signal: ws_signal, command: pid_t) {
        let group = getpgid(command)
        number = signal.number
        isFromKernel = signal.code == Self.kernelCode
        let isMeant = OwnRequest.isRequest(signal)
        isFromUs = signal.sender == getpid() && !isMeant
        sharesGroup = group == getpgrp()
        leadsSession = getsid(0) == getpid()
        isFromCommand =
            !isFromKernel && !isMeant && signal.sender > 0 && Self.isCommand(signal.sender, command, group: group)
    }

    /// `SI_KERNEL` of <signal.h>, a macro that Swift does not import.
    private static let kernelCode: Int32 = 0x80

    private static func isCommand(_ sender: pid_t, _ command: pid_t, group: pid_t) -> Bool {
        if sender == command { return true }
        guard getpgid(sender) == group else { return false }
        // In a group that is the command's alone, this is enough. In ours there are also those who started us, such as
        // the script that says `kill $!`: then only the command's descendants count.
        guard group == getpgrp() else { return true }
        return ProcessTree.descends(sender, from: command) ?? (sender != getppid())
    }
}
