/// Every status that withsecrets itself ends with; all others are the command's.
enum ExitCode {
    static let success: Int32 = 0
    /// `check`, `scan`, `verify`: a finding. `get`, `explain`: absent or unknown.
    static let finding: Int32 = 1
    /// `--fail-on-leak`: the command ended with 0, and something was masked.
    static let leak: Int32 = 3
    /// `EX_USAGE` of sysexits.h.
    static let usage: Int32 = 64
    /// Anything of ours: the manifest, a provider, our own output. As `env` and `timeout` have it.
    static let ownFailure: Int32 = 125
}
