internal import Glibc

/// The counts as a file for node_exporter's textfile collector (Prometheus text exposition format 0.0.4).
///
/// They are gauges, not counters: the log forgets its oldest records when it makes room.
extension AuditStatistics {
    /// - Parameter isIntact: what `verify` found, where it was asked.
    package func prometheusText(isIntact: Bool?) -> String {
        var lines = [
            "# HELP withsecrets_audit_records Records in the audit log by provider, variable and outcome.",
            "# TYPE withsecrets_audit_records gauge",
        ]
        lines += counts.map { key, count in
            let labels = [("provider", key.provider), ("variable", key.variable), ("outcome", key.outcome.rawValue)]
                .map { "\($0)=\"\(escapedLabel($1 ?? ""))\"" }
            return "withsecrets_audit_records{\(labels.joined(separator: ","))} \(count)"
        }.sorted()
        if let lastTime {
            lines += [
                "# HELP withsecrets_audit_last_record_timestamp_seconds When the last record was written.",
                "# TYPE withsecrets_audit_last_record_timestamp_seconds gauge",
                "withsecrets_audit_last_record_timestamp_seconds \(lastTime.milliseconds / 1000)",
            ]
        }
        if let isIntact {
            lines += [
                "# HELP withsecrets_audit_intact Whether the chain of the audit log verifies.",
                "# TYPE withsecrets_audit_intact gauge",
                "withsecrets_audit_intact \(isIntact ? 1 : 0)",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Puts the file in place in one step, readable by the collector's user: it holds names and numbers.
    ///
    /// The temporary file's name does not end in `.prom`, so that the collector never reads half a file.
    package func writePrometheusFile(to path: String, isIntact: Bool?) throws(AuditError) {
        let temporary = "\(path).\(getpid()).tmp"
        unsafe unlink(temporary)
        do throws(AuditError) {
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o644)
            // The collector runs as another user, whatever our umask is.
            fchmod(file.descriptor, 0o644)
            try file.write(Array(prometheusText(isIntact: isIntact).utf8))
            guard unsafe rename(temporary, path) == 0 else {
                throw AuditError(.notWritten(number: errno), path: path)
            }
        } catch {
            unsafe unlink(temporary)
            throw AuditError(.statisticsNotWritten(number: error.number ?? EIO), path: path)
        }
    }
}

private func escapedLabel(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
}
