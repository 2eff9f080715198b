import Diagnostics
import Glibc
import Testing

@testable import ProcessLaunch

struct LaunchErrorTests {
    @Test func statusesAreThoseOfEnvAndTheShell() {
        #expect(LaunchError.notFound("x", isPath: false).exitStatus == 127)
        #expect(LaunchError.interpreterMissing("./x").exitStatus == 127)
        #expect(LaunchError.notExecutable("/etc", errno: EACCES).exitStatus == 126)
        #expect(LaunchError.variableTooLarge("KEY", byteCount: 200_000, limit: 131_072).exitStatus == 125)
        #expect(LaunchError.resource("a pipe", errno: EMFILE).exitStatus == 125)
    }

    @Test func messagesAreOneLineInLowerCaseWithTheWayOut() {
        let denied = LaunchError.notExecutable("./a\nb", errno: EACCES).diagnostic
        #expect(denied.message == "'./a\\u{a}b' can't be run: permission denied")
        #expect(denied.hints == ["it may lack the x bit, be a folder, or lie on a file system mounted noexec"])
        let large = LaunchError.variableTooLarge("KEY", byteCount: 200_000, limit: 131_072).diagnostic
        #expect(
            large.message
                == "'KEY' takes 200000 bytes with its name, and the kernel passes on at most 131072 a variable"
        )
    }
}
