internal import EventLoop
internal import Glibc
internal import ManifestFormat
internal import SecretMemory
internal import TestSupport
import Testing

@testable import SecretProviders

/// The program itself reports what it sees.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ExecProviderTests {
    private let loop = EventLoop()
    private let folder: TemporaryFolder
    private let path = ["PATH": "/usr/bin:/bin"]

    init() throws {
        folder = TemporaryFolder()
    }

    @Test(arguments: [
        ("pwd -P", "FOLDER"), ("readlink /proc/self/fd/0", "/dev/null"), ("readlink /proc/self/fd/2", "/dev/null"),
        ("cut -d' ' -f5 /proc/$$/stat | grep -qx $$ && echo leads its group", "leads its group"),
        ("exec ls /proc/self/fd", "0\n1\n2\n3"),
        (
            "grep -E 'Sig(Blk|Ign)' /proc/$$/status | tr -s '[:space:]' ' '",
            "SigBlk: 0000000000000000 SigIgn: 0000000000000000 "
        ),
        ("printf 'a\\n\\n'", "a\n"), ("printf %s \"$0 $1 $2\"", "sh a  b $HOME"),
    ])
    func theProgramSees(script: String, output: String) throws {
        // Something to inherit that must not be; ls has a descriptor of its own for the folder.
        let stray = unsafe open("/dev/null", O_RDONLY)
        defer { close(stray) }
        let answer = provider().text(command("sh", "-c", script, "sh", "a  b", "$HOME"), on: loop)
        #expect(answer?.replacing(folder.path, with: "FOLDER") == output)
    }

    @Test func ourEnvironmentIsHandedOnButNotOurSettings() {
        let environment = ["WITHSECRETS_PASSPHRASE": "secret", "OTHER": "x=y\nz", "PATH": "/usr/bin:/bin"]
        let provider = provider(environment)
        #expect(
            provider.text(
                command("sh", "-c", "env -0 | sort -z | tr '\\0' ';' | sed 's/_=[^;]*;//;s/PWD=[^;]*;//'"),
                on: loop
            ) == "OTHER=x=y\nz;PATH=/usr/bin:/bin;"
        )
    }

    @Test(arguments: [
        (["sh", "-c", "exit 7"], "exec:sh ended with status 7"),
        (["sh", "-c", "kill -9 $$"], "exec:sh was ended by signal 9"),
        (["no-such-program-93b1"], "exec:no-such-program-93b1 was not found"),
        (["/etc/passwd"], "exec:passwd may not be executed"),
        (["./text"], "exec:text is no program"),
        (["sh", "-c", "head -c 2000000 /dev/zero; sleep 1000"], "exec:sh wrote more than 1048576 bytes"),
    ])
    func failuresAreToldApart(arguments: [String], message: String) throws {
        folder.write("text", "echo a shell would run this\n", mode: 0o700)
        #expect(provider().error(command(arguments), on: loop)?.message == message)
    }

    @Test func argumentsAreNeverShown() {
        let error = provider().error(command("false", "sk-live-93b1"), on: loop)
        #expect(error?.message == "exec:false ended with status 1")
        #expect(error?.hints.contains { $0.contains("sk-live") } == false)
    }

    @Test func aFolderThatIsGoneIsNamed() {
        let address = SecretAddress(provider: "exec", path: "true", arguments: ["true"], folder: "/nowhere/93b1")
        #expect(
            provider().error(address, on: loop)?.message
                == "exec:true: the folder /nowhere/93b1 cannot be entered: no such file or directory"
        )
    }

    @Test func relativeEntriesOfPathAreNotSearched() throws {
        folder.write("tool", "#!/bin/sh\necho from our folder\n", mode: 0o700)
        #expect(
            provider(["PATH": ":.:/usr/bin:/bin"]).error(command("tool"), on: loop)?.message
                == "exec:tool was not found"
        )
        #expect(provider().text(command("./tool"), on: loop) == "from our folder")
    }

    @Test func aTimeLimitKillsTheWholeGroup() throws {
        let pids = try folder.makeFIFO("pids")
        // Both ends, so that neither side waits to open it.
        let channel = unsafe open(pids, O_RDWR | O_CLOEXEC)
        defer { close(channel) }
        var configuration = ProviderConfiguration(name: "exec", kind: .exec)
        configuration.timeout = .milliseconds(100)
        let provider = ExecProvider(configuration: configuration, context: makeContext(loop, environment: path))
        let error = provider.error(command("sh", "-c", "sleep 1000 & echo $! $$ > pids; wait"), on: loop)
        #expect(error?.message == "exec:sh did not end within 100ms and was killed")
        var line = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(channel, &line, line.count)
        let members = String(decoding: line.prefix(max(count, 0)), as: UTF8.self).split { !$0.isNumber }.compactMap {
            pid_t($0)
        }
        #expect(members.count == 2)
        for member in members {
            waitUntilDead(member)
        }
    }

    @Test func descendantsThatKeepTheOutputAreNotWaitedFor() {
        let start = SuspendingClock().now
        #expect(
            provider().text(command("sh", "-c", "sleep 1000 & echo $!"), on: loop).flatMap { pid_t($0) }.map {
                kill($0, SIGKILL)
            } == 0
        )
        #expect(SuspendingClock().now - start < .seconds(500))
    }

    @Test func manyRunAtTheSameTimeButNotAll() {
        let addresses = (0..<40).map { command("echo", "\($0)") }
        let recorder = Recorder()
        loop.runBlocking { [provider = provider()] in
            await provider.fetch(all: addresses) { index, outcome in
                if case .success(.found(let payload)) = outcome, case .text(let secret) = payload.content {
                    recorder.note("\(index) \(secret.text)")
                }
            }
        }
        #expect(Set(recorder.all) == Set((0..<40).map { "\($0) \($0)" }))
    }

    @Test func stderrIsShownOnRequestAlone() {
        let recorder = Recorder()
        var context = makeContext(loop, environment: path)
        context.noteDetail = { recorder.note($0) }
        let provider = ExecProvider(configuration: .init(name: "exec", kind: .exec), context: context)
        _ = provider.text(command("sh", "-c", "printf 'one\\n\\033[31mtwo' >&2; echo value"), on: loop)
        #expect(recorder.all == ["exec:sh: one", "exec:sh: \\u{1b}[31mtwo"])
        _ = provider.text(command("sh", "-c", "yes | head -n 100000 >&2"), on: loop)
        #expect(recorder.all.count == 2 + HelperMessages.lineLimit + 1)
    }

    private func waitUntilDead(_ pid: pid_t) {
        // Orphans are reaped by init, or stay as zombies where there is none.
        while kill(pid, 0) == 0, !isZombie(pid) {
            usleep(1000)
        }
    }

    private func isZombie(_ pid: pid_t) -> Bool {
        let file = unsafe open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 200)
        let count = unsafe read(file, &text, text.count)
        return String(decoding: text.prefix(max(count, 0)), as: UTF8.self).contains(") Z ")
    }

    private func provider(_ environment: [String: String]? = nil) -> ExecProvider {
        ExecProvider(
            configuration: .init(name: "exec", kind: .exec),
            context: makeContext(loop, environment: environment ?? path)
        )
    }

    private func command(_ arguments: String...) -> SecretAddress {
        command(arguments)
    }

    private func command(_ arguments: [String]) -> SecretAddress {
        SecretAddress(provider: "exec", path: arguments[0], arguments: arguments, folder: folder.path)
    }
}
