import Glibc
import SecretMemory
import Testing

@testable import ProcessLaunch

@Suite(.timeLimit(.minutes(15)))
struct HelperProcessTests {
    private func run(_ arguments: [String], directory: String? = nil) throws -> (output: String, end: ChildEnd) {
        var environment = EnvironmentBlock()
        environment.set("GIVEN", to: Secret(copying: "value"))
        var helper = try HelperProcess(arguments, environment: environment, directory: directory)
        let text = try read(helper.output.number)
        return (text, helper.waitForEnd())
    }

    /// To the end, waiting for each part.
    private func read(_ descriptor: Int32) throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            try #require(unsafe poll(&entry, 1, 20_000) == 1, "no output within 20 s")
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    @Test func givesOutputAndEnd() throws {
        let (output, end) = try run(["sh", "-c", "echo $GIVEN; exit 7"])
        #expect(output == "value\n")
        #expect(end == .exited(7))
    }

    @Test func runsInItsFolderAndGroupWithoutInput() throws {
        let script = "pwd; readlink /proc/self/fd/0; ps -o pgid= -p $$ | tr -d ' '; echo $$"
        let lines = try run(["sh", "-c", script], directory: "/usr").output.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0] == "/usr" && lines[1] == "/dev/null" && lines[2] == lines[3])
    }

    @Test func hasNoDescriptorsOfOursAndDefaultSignals() throws {
        let stray = unsafe open("/dev/null", O_RDONLY)
        defer { close(stray) }
        // 3 is the folder that `ls` reads.
        #expect(try run(["ls", "/proc/self/fd"]).output == "0\n1\n2\n3\n")
        let zeros = String(repeating: "0", count: 16)
        let signals = try run(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]).output
        #expect(signals == "SigBlk:\t\(zeros)\nSigIgn:\t\(zeros)\n")
    }

    @Test func aMissingProgramIsTold() {
        #expect(throws: LaunchError.notFound("no-such-program", isPath: false)) {
            _ = try HelperProcess(["no-such-program"])
        }
        #expect(throws: LaunchError.notExecutable("/etc/passwd", errno: EACCES)) {
            _ = try HelperProcess(["/etc/passwd"])
        }
        #expect(throws: LaunchError.folder("/nowhere/93b1", errno: ENOENT)) {
            _ = try HelperProcess(["true"], directory: "/nowhere/93b1")
        }
    }

    @Test func killingTheGroupEndsItsChildrenToo() throws {
        var helper = try HelperProcess(["sh", "-c", "sleep 100 & echo ready; wait"])
        var entry = pollfd(fd: helper.output.number, events: Int16(POLLIN), revents: 0)
        #expect(unsafe poll(&entry, 1, 20_000) == 1)
        helper.killGroup()
        // The sleeper holds the pipe too: its end shows that both are gone.
        #expect(try read(helper.output.number) == "ready\n")
        #expect(helper.waitForEnd() == .killed(signal: SIGKILL))
    }
}
