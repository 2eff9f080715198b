internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory
internal import YAMLTree

/// This program and what the kernel lets it do.
extension DoctorReport {
    mutating func checkVersions() {
        let libraries = "libsodium \(SecretArena.libraryVersion), libyaml \(YAMLDocument.libraryVersion)"
        add(.ok, "withsecrets", "version \(Version.text), with \(libraries)")
    }

    mutating func checkHardening(_ refusals: [ProcessHardening.Refusal]) {
        for refusal in refusals {
            add(.problem, "this process", refusal.text, remedy: "a sandbox may forbid it; see its settings")
        }
        if refusals.isEmpty { add(.ok, "this process", "no core files, no debugger of this user") }
        // Something has to be locked to see whether it can be.
        let probe = SecretBytes(zeros: 4096)
        let isLocked = !SecretArena.wasRefusedLocking && probe.count > 0
        let limit = lockLimit
        if isLocked {
            add(.ok, "memory lock", "works, limit \(limit)")
        } else {
            add(
                .problem,
                "memory lock",
                "the kernel does not lock memory that holds secrets, limit \(limit), so it may reach swap",
                remedy: "raise RLIMIT_MEMLOCK: ulimit -l, or LimitMEMLOCK= of a systemd unit"
            )
        }
    }

    private var lockLimit: String {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return "unknown" }
        return limit.rlim_cur == rlim_t.max ? "none" : "\(limit.rlim_cur >> 10) KiB"
    }

    /// - Parameter manifest: its path; nothing we read can come from the future.
    mutating func checkClock(manifest: String?) {
        let now = time(nil)
        let remedy = "set the clock: expiry and the audit log go by it"
        let firstRelease = 1_767_225_600  // 2026-01-01T00:00:00Z
        if now < firstRelease {
            add(.problem, "clock", "it is before 2026, when this program was made", remedy: remedy)
        } else if let changed = manifest.flatMap({ FilePath($0).status })?.st_mtim.tv_sec, changed > now + 3600 {
            add(.problem, "clock", "the manifest was changed in the future", remedy: remedy)
        } else {
            add(.ok, "clock", "plausible")
        }
    }
}
