internal import Glibc
import Testing

@testable import EventLoop

@Suite(.timeLimit(.minutes(1)))
struct ChildWatchTests {
    /// With a pidfd, and as on a kernel that has none.
    @Test(
        arguments: [true, false],
        [("exit 7", ChildExit.status(7)), ("kill -9 $$", .signal(9)), ("sleep 0.02", .status(0))]
    )
    func tellsHowAChildEnded(hasDescriptor: Bool, test: (script: String, exit: ChildExit)) throws {
        let loop = EventLoop()
        let pid = try start(test.script)
        let exit = loop.runBlocking {
            await loop.exit(of: hasDescriptor ? ChildWatch(pid) : ChildWatch(pid, descriptor: -1))
        }
        #expect(exit == test.exit)
        #expect(ChildWatch(pid, descriptor: -1).reap() == .unknown)
    }

    @Test(arguments: [true, false])
    func aGroupIsKilledAndItsLeaderReaped(hasDescriptor: Bool) throws {
        let loop = EventLoop()
        let pid = try start("sleep 1000")
        let exit = loop.runBlocking {
            let watch = hasDescriptor ? ChildWatch(pid) : ChildWatch(pid, descriptor: -1)
            let exit = await loop.exit(of: watch, until: loop.now + .milliseconds(15))
            watch.killGroup()
            return exit
        }
        #expect(exit == nil)
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    private struct Failure: Error {
        var code: Int32
    }

    private func start(_ script: String) throws(Failure) -> pid_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var pid: pid_t = 0
        let texts: [String] = ["sh", "-c", script]
        let words = unsafe texts.map { text in unsafe strdup(text) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        let code = unsafe posix_spawnp(&pid, "sh", nil, &attributes, words, environ)
        guard code == 0 else { throw Failure(code: code) }
        return pid
    }
}
