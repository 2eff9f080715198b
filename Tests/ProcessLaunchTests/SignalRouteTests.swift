import CProcessShims
import Glibc
import Testing

@testable import ProcessLaunch

struct SignalRouteTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var facts: SignalFacts
        var route: SignalRoute
    }

    static let cases: [Case] = [
        Case(testDescription: "kill by anyone goes on", facts: SignalFacts(number: SIGTERM), route: .pass),
        Case(
            testDescription: "Ctrl-C reached the command in our group already",
            facts: SignalFacts(number: SIGINT, isFromKernel: true),
            route: .withhold
        ),
        Case(
            testDescription: "Ctrl-C at our terminal while the command has its own",
            facts: SignalFacts(number: SIGINT, isFromKernel: true, sharesGroup: false),
            route: .passToForeground
        ),
        Case(
            testDescription: "a hang-up goes to the session's leader alone",
            facts: SignalFacts(number: SIGHUP, isFromKernel: true, leadsSession: true),
            route: .pass
        ),
        Case(
            testDescription: "a hang-up of the group reached the command",
            facts: SignalFacts(number: SIGHUP, isFromKernel: true),
            route: .withhold
        ),
        Case(
            testDescription: "an alarm set before us is the command's",
            facts: SignalFacts(number: SIGALRM, isFromKernel: true),
            route: .pass
        ),
        Case(
            testDescription: "SIGPIPE of our own write stays",
            facts: SignalFacts(number: SIGPIPE, isFromUs: true),
            route: .withhold
        ),
        Case(
            testDescription: "what the command sends to its group does not come back to it",
            facts: SignalFacts(number: SIGUSR1, isFromCommand: true),
            route: .withhold
        ),
    ]

    @Test(arguments: cases) func eachSignalHasItsRoute(_ entry: Case) {
        #expect(entry.facts.route == entry.route)
    }

    /// `code` is `SI_USER` for kill(2), `SI_QUEUE` for sigqueue(3).
    @Test(arguments: [(Int32(0), SignalRoute.withhold), (-1, .pass)])
    func whatWeSendOurselvesGoesOnOnlyWhereItIsQueued(_ code: Int32, _ route: SignalRoute) {
        let signal = ws_signal(number: SIGTERM, code: code, sender: getpid(), sender_user: getuid(), value: 0)
        #expect(SignalFacts(signal, command: getpid()).route == route)
    }
}
