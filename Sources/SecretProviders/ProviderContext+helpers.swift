internal import Diagnostics
internal import EventLoop
internal import Glibc
internal import ProcessLaunch
package import SecretMemory

// What providers of other modules need of this one's files and programs.
extension ProviderContext {
    /// The bytes of a file that a provider needs for itself: a token, a certificate, a tool's settings.
    ///
    /// - Parameter subject: who needs it, for the message: `prod-vault`.
    /// - Returns: `nil` where there is no such file.
    package func contents(ofFile path: String, for subject: String) async throws(ProviderError) -> Secret? {
        do throws(FileReader.Failure) {
            guard let bytes = try await FileReader(loop: loop, deadline: nil).read(path) else { return nil }
            return Secret(bytes)
        } catch {
            let name = "\(subject): \(printable(path))"
            switch error {
            case .cancelled, .timedOut: throw ProviderError(.cancelled, "\(name) was not read to its end")
            case .tooLarge: throw ProviderError(.misconfigured, "\(name) holds more than \(FileReader.byteLimit) bytes")
            case .directory, .socket, .noFile: throw ProviderError(.misconfigured, "\(name) is no file")
            case .system(let errno):
                throw ProviderError(
                    errno == EACCES || errno == EPERM ? .refused : .misconfigured,
                    "\(name) cannot be read: \(systemMessage(errno))"
                )
            }
        }
    }

    /// Runs a service's own tool for its standard output: without a shell, in a process group of its own, with our
    /// environment without `WITHSECRETS_*`.
    ///
    /// - Parameter arguments: program first; a program without a slash is looked for in PATH.
    /// - Returns: what it wrote, that there is no such program, or the status other than 0 that it ended with.
    /// - Throws: where it did not end in time, wrote too much, or could not be started.
    package func output(
        of arguments: [String],
        for subject: String,
        timeout: Duration
    ) async throws(ProviderError) -> ProgramOutcome {
        let run = HelperRun(
            arguments: arguments,
            folder: "/",
            outputLimit: 1 << 20,
            deadline: loop.now + timeout
        )
        let name = arguments.first?.split(separator: "/").last.map(String.init) ?? "program"
        do throws(HelperRun.Failure) {
            let output = try await run.outcome(
                on: loop,
                environment: .ofHelpers(self),
                stderr: noteDetail.map { HelperMessages(label: "\(subject): \(name)", note: $0) }
            )
            return .output(Secret(output))
        } catch {
            switch error {
            case .launch(.notFound), .launch(.interpreterMissing), .launch(.notExecutable): return .notInstalled
            case .ended(.exited(let status)): return .failed(status: status)
            case .ended: return .failed(status: -1)
            case .timedOut: throw ProviderError(.timedOut, "\(subject): \(name) did not end in time and was killed")
            case .cancelled: throw ProviderError(.cancelled, "\(subject): \(name) was killed before it ended")
            case .tooMuchOutput: throw ProviderError(.malformed, "\(subject): \(name) wrote more than 1 MiB")
            case .launch(let error):
                throw ProviderError(
                    .commandFailed,
                    "\(subject): \(name) could not be started: \(error.diagnostic.message)",
                    hints: error.diagnostic.hints
                )
            }
        }
    }
}

/// What came of running a service's own tool.
package enum ProgramOutcome: Sendable {
    case output(Secret)
    case notInstalled
    /// Its status; -1 when a signal ended it.
    case failed(status: Int32)
}
