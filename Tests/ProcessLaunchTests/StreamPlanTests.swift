import Testing

@testable import ProcessLaunch

/// docs/process-model.md has this table in words.
struct StreamPlanTests {
    typealias Found = StreamPlan.Found

    static let terminal = Found(isTerminal: true, identity: [1])
    static let otherTerminal = Found(isTerminal: true, identity: [2])
    static let pipe = Found(identity: [8, 3])
    static let file = Found(identity: [8, 4])
    static let closed = Found(isOpen: false)
    static let readOnly = Found(isWritable: false, identity: [8, 5])

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var streams: (Found, Found, Found)
        var use = TerminalUse.auto
        var hasSession: Bool
        var output: StreamPlan.Source
        var errors: StreamPlan.Source

        init(
            _ description: String,
            _ streams: (Found, Found, Found),
            use: TerminalUse = .auto,
            session: Bool = false,
            gives output: StreamPlan.Source,
            _ errors: StreamPlan.Source
        ) {
            testDescription = description
            self.streams = streams
            self.use = use
            hasSession = session
            self.output = output
            self.errors = errors
        }
    }

    static let cases = [
        Case("all on one terminal", (terminal, terminal, terminal), session: true, gives: .session, .likeOutput),
        Case("errors to a file", (terminal, terminal, file), session: true, gives: .session, .pipe),
        Case(
            "errors to another terminal",
            (terminal, terminal, otherTerminal),
            session: true,
            gives: .session,
            .plainTerminal
        ),
        Case("output to a pager", (terminal, pipe, terminal), gives: .pipe, .plainTerminal),
        Case("input from a pipe", (pipe, terminal, terminal), gives: .plainTerminal, .likeOutput),
        Case("two pipes", (pipe, pipe, file), gives: .pipe, .pipe),
        Case("2>&1 into a pipe", (terminal, pipe, pipe), gives: .pipe, .likeOutput),
        Case("closed output", (terminal, closed, terminal), gives: .inherited, .plainTerminal),
        Case("both closed", (pipe, closed, closed), gives: .inherited, .inherited),
        Case("output that is not writable", (pipe, readOnly, readOnly), gives: .inherited, .inherited),
        Case("never, on a terminal", (terminal, terminal, terminal), use: .never, gives: .pipe, .likeOutput),
        Case("always, without one", (pipe, pipe, file), use: .always, session: true, gives: .session, .pipe),
        Case(
            "always, output to a pager",
            (terminal, pipe, terminal),
            use: .always,
            session: true,
            gives: .session,
            .plainTerminal
        ),
    ]

    @Test(arguments: cases) func theCommandGets(_ entry: Case) {
        let found = StreamPlan.Streams(input: entry.streams.0, output: entry.streams.1, errors: entry.streams.2)
        let plan = StreamPlan(found, use: entry.use, isFiltered: true)
        #expect(plan.hasSession == entry.hasSession)
        #expect(plan.output == entry.output)
        #expect(plan.errors == entry.errors)
    }

    @Test(arguments: [TerminalUse.auto, .never]) func withoutAFilterTheStreamsAreOurs(use: TerminalUse) {
        let found = StreamPlan.Streams(input: Self.terminal, output: Self.terminal, errors: Self.terminal)
        let plan = StreamPlan(found, use: use, isFiltered: false)
        #expect(!plan.hasSession && plan.output == .inherited && plan.errors == .inherited)
    }
}
