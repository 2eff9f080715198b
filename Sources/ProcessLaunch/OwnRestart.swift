internal import CProcessShims
internal import Glibc
internal import SecretMemory

/// This program once more, in the same process: same number, arguments, environment and streams, all else from the
/// beginning.
package enum OwnRestart {
    /// Becomes a new run of this program. Nothing may have been taken from the environment: see
    /// `Supervisor.Options.mayRestart`.
    ///
    /// - Parameter note: a variable for the next run alone; the name begins with `WITHSECRETS_`, which no command gets.
    /// - Returns: only with the reason why not.
    package static func perform(note name: String, _ text: String) -> LaunchError {
        var environment = EnvironmentBlock(unchanged: ())
        environment.set(name, to: Secret(copying: text))
        let command = Command(StartupState.arguments, environment: environment)
        return command.replaceProcess(by: RawArgument("/proc/self/exe"))
    }
}
