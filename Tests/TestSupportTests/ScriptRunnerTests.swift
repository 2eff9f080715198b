import Testing

@testable import TestSupport

/// A runner that cannot fail proves nothing, so each way in which a script has to fail is tried here.
struct ScriptRunnerTests {
    /// A stand-in for the program: prints what it is told and ends as it is told.
    private func outcome(of script: String, limit: Duration = .seconds(20)) throws -> ScriptOutcome {
        try ScriptRunner.run(TextArchive(parsing: script), .init(binary: "/bin/echo", limit: limit))
    }

    private func failure(of script: String, limit: Duration = .seconds(20)) -> ScriptFailure? {
        #expect(throws: ScriptFailure.self) { try outcome(of: script, limit: limit) }
    }

    @Test(arguments: [
        "withsecrets hello\nstdout '^hello$'\n! stderr .",
        "withsecrets it''s 'it''s' $HOMELESS.\nstdout '^its it''s \\.$'",
        "! exec false\nstatus 1",
        "! sh 'kill -TERM $$'\nstatus SIGTERM",
        "env A=b\nsh 'test $A = b'\nunset A\nsh 'test -z \"${A:-}\"'",
        "sh 'test $(umask) = 0022; test -z \"${CI:-}\"; test -d $HOME; test -d $XDG_RUNTIME_DIR'",
        "stdin in\nexec cat\ncmp stdout in\nexec cat\n! stdout .\n-- in --\ntext\n",
        "cp a b\ncmp a b\nrm a\n! exists a\nexists b\nmode b 0644\nchmod 600 b\nmode b 0600\n-- a --\ntext\n",
        "mkdir x/y\ncd x/y\nexec pwd\nstdout ^$WORK/x/y$\nln .. z\nexists z\n",
        "sh 'echo a; echo b; echo a'\nstdout -count=2 ^a$\n",
        "exec true\n[!exec:sh] exec false\n[exec:no-such-program] exec false",
    ])
    func aScriptPasses(script: String) throws {
        #expect(try outcome(of: script) == .passed)
    }

    @Test(arguments: [
        ("exec false", 1), ("! exec true", 1), ("exec true\nstatus 1", 2), ("exec echo a\nstdout b", 2),
        ("exec echo a\n! stdout a", 2), ("exec true\nstderr .", 2), ("exec echo a\nstdout -count=2 a", 2),
        ("\n# comment\nexists nothing", 3), ("cmp a b\n-- a --\n1\n-- b --\n2", 1), ("mode a 0600\n-- a --\n", 1),
        ("frobnicate", 1), ("exec no-such-program", 1), ("exec echo 'open", 1), ("stdout a", 1),
        ("[frob] exec true", 1), ("exec true\nstatus frob", 2), ("exec true\nstdout (", 2), ("tty sh", 1),
        ("plant A=frob", 1), ("allow A stdout", 1),
    ])
    func aScriptFailsAtItsLine(script: String, line: Int) {
        #expect(failure(of: script)?.line == line)
    }

    @Test func aSkippedScriptTellsWhy() throws {
        #expect(try outcome(of: "skip 'no such thing here'\nexec false") == .skipped("no such thing here"))
    }

    // MARK: - Leaks

    @Test(arguments: [
        "withsecrets $S", "exec sh -c 'echo $0 >&2' $S", "exec sh leak.sh $S base64", "exec sh leak.sh x$S base64",
        "exec sh leak.sh xy$S base64", "exec sh leak.sh $S 'od -An -tx1'", "tty echo $S\nend",
    ])
    func aLeakIsFoundAndNotRepeated(step: String) {
        let failure = failure(of: "plant S\n\(step)\n" + Self.leak)
        #expect(failure?.message.contains("S leaked to std") == true)
        #expect(failure?.message.contains("«S»") == true)
    }

    @Test(arguments: ["home.txt", "../tmp/x", "../home/.local/state/audit"])
    func aLeakIntoAFileIsFound(path: String) {
        let failure = failure(of: "plant S\nmkdir ../home/.local/state\nexec sh -c 'echo $0 >$1' $S \(path)")
        #expect(failure?.message.contains("S leaked to the file $ROOT/") == true)
    }

    private static let leak = """
        -- leak.sh --
        printf %s "$1" | $2 | tr -d ' \\n'
        """

    @Test func whatIsPercentEncodedIsFound() {
        let script = "plant S=symbols\nexec python3 -c 'import sys,urllib.parse as u; print(u.quote(sys.argv[1]))' $S"
        #expect(failure(of: script)?.message.contains("S leaked to stdout") == true)
    }

    @Test(arguments: [
        "plant S\nallow S stdout\nwithsecrets $S",
        "plant S\nallow S f\nexec sh -c 'echo $0 >f' $S",
        "plant S\ngrep $S f\n! grep [$] f\n-- f --\nis $S\n",
    ])
    func whatIsAllowedIsNoLeak(script: String) throws {
        #expect(try outcome(of: script) == .passed)
    }

    @Test func anAllowanceHoldsForOneProgram() {
        #expect(failure(of: "plant S\nallow S stdout\nwithsecrets $S\nwithsecrets $S")?.line == 4)
        #expect(failure(of: "plant S\nallow S stdout\nwithsecrets a\nwithsecrets $S")?.line == 4)
    }

    // MARK: - Hangs and terminals

    @Test(
        .timeLimit(.minutes(15)),
        arguments: [
            "exec sleep 1000", "sh 'trap \"\" TERM INT HUP; sleep 1000; sleep 1000'",
            "tty sleep 1000\nend", "tty cat\nexpect never\nend",
        ]
    )
    func aHangIsKilled(script: String) {
        let failure = failure(of: script, limit: .milliseconds(300))
        #expect(failure?.message.contains("still running") == true || failure?.message.contains("not shown") == true)
    }

    @Test(.timeLimit(.minutes(15))) func whatAProgramLeavesBehindIsNotWaitedFor() throws {
        #expect(try outcome(of: "sh 'sleep 1000 & echo done'\nstdout done") == .passed)
    }

    @Test func aDialogueRunsOnATerminal() throws {
        let script = """
            tty sh ask.sh
            expect 'Name\\? '
            send Ada
            expect 'Hello Ada'
            end
            stdout '^Hello Ada$'
            status 0
            ! tty sh -c 'stty size; kill -INT $$'
            end
            stdout '^24 80$'
            status SIGINT
            tty sh -c 'trap ''echo stopped; exit 0'' INT; echo ready; while :; do sleep 0.01; done'
            expect ready
            key ^C
            expect stopped
            end
            -- ask.sh --
            test -t 0 && test -t 1 && test -t 2
            printf 'Name? ' >/dev/tty
            read -r name </dev/tty
            echo "Hello $name"
            """
        #expect(try outcome(of: script) == .passed)
    }
}
