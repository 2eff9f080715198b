internal import Diagnostics
internal import Glibc
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory

/// `audit.on_failures`: a command of the user's, run each time that so many passphrases in a row did not fit.
///
/// One file, `$XDG_STATE_HOME/withsecrets/attempts/failures`, counts them across processes and vaults: its length is how
/// many failed since the last that fitted. A failure appends one byte, and each writer learns from where its own byte
/// stands which one it was, so that concurrent processes need no lock and one of them alone runs the command.
struct FailureAlert: Sendable {
    private let settings: Manifest.AuditSettings.FailureCommand
    private let path: String?

    /// How long we wait for the command: a message to somebody, no work.
    private static let secondsToEnd = 10

    /// - Parameter stateFolder: `nil` where nothing can be remembered; then each failure counts as the first.
    init(_ settings: Manifest.AuditSettings.FailureCommand, stateFolder: String?) {
        self.settings = settings
        path = stateFolder.map { "\($0)/attempts/failures" }
    }

    /// Counts a passphrase that was tried, and runs the command where it is time to.
    func note(_ fits: Bool, _ terminal: Terminal) {
        guard !fits else {
            if let path { unsafe unlink(path) }
            return
        }
        let number = countFailure()
        guard number % settings.count == 0 else { return }
        if let problem = run(failures: number) {
            terminal.show(
                Diagnostic(.warning, at: settings.location, "the command of 'on_failures' \(problem)")
            )
        }
    }

    /// - Returns: how many there were since the last success, this one included.
    private func countFailure() -> Int {
        guard let path else { return 1 }
        makeFolders(of: path)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { return 1 }
        defer { close(descriptor) }
        guard withsecrets.write([UInt8(ascii: ".")], to: descriptor) else { return 1 }
        return max(1, Int(lseek(descriptor, 0, SEEK_CUR)))
    }

    private func makeFolders(of path: String) {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/" + part
            unsafe mkdir(made, 0o700)
        }
    }

    /// Waits for its end: a container may end with us. Its output is nobody's.
    ///
    /// - Returns: what went wrong.
    private func run(failures: Int) -> String? {
        var environment = EnvironmentBlock()
        environment.set("WITHSECRETS_FAILURES", to: Secret(copying: String(failures)))
        do throws(LaunchError) {
            var helper = try HelperProcess(settings.command, environment: environment, directory: settings.folder)
            guard let end = waitForEnd(of: &helper) else {
                return "did not end within \(Self.secondsToEnd)s and was killed"
            }
            return end == .exited(0) ? nil : "ended with \(end.shellStatus)"
        } catch {
            return "was not started: \(error.diagnostic.message)"
        }
    }

    private func waitForEnd(of helper: inout HelperProcess) -> ChildEnd? {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(Self.secondsToEnd)
        var output = helper.output.number
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = helper.endIfOver() { return end }
            guard clock.now < deadline else {
                helper.killGroup()
                return nil
            }
            var wanted = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: helper.endWatch.number, events: Int16(POLLIN), revents: 0),
            ]
            unsafe _ = poll(&wanted, 2, 100)
            if wanted[0].revents != 0, unsafe read(output, &chunk, chunk.count) == 0 { output = -1 }
        }
    }
}
