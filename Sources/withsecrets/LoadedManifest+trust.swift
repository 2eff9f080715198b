internal import Diagnostics
internal import ManifestFormat

/// Whether a manifest may do what a clone of somebody's repository should not do unasked.
extension LoadedManifest {
    /// Whether it was named, holds nothing that would be asked about, or was looked at and trusted as it is.
    var isTrusted: Bool {
        guard needsConsent else { return true }
        return Surroundings.stateFolder.map { TrustStore(folder: $0).trusts(self) } ?? false
    }

    /// As it may be used: where its log goes is the user's to say as long as it is not trusted, or it could have any of
    /// their files written to, or none. That it wants nothing done without a log does no harm, and stays.
    func withTrustedAudit(_ terminal: Terminal) -> LoadedManifest {
        let audit = manifest.audit
        guard audit.sink != nil || audit.path != nil, !isTrusted else { return self }
        terminal.show(
            Diagnostic(
                .warning,
                at: audit.location,
                "the manifest is not trusted yet, so where it wants the audit log to go is ignored",
                hints: ["look the manifest over, then run 'withsecrets trust', or name it: -f PATH"]
            )
        )
        var result = self
        (result.manifest.audit.sink, result.manifest.audit.path) = (nil, nil)
        return result
    }

    /// More is not read by anybody who is waiting for a command.
    private static let shownLimit = 40

    /// Shows what there is to agree to, asks, and keeps the answer; there is somebody to ask.
    ///
    /// - Throws: where the answer is no, and where there is too much for a question.
    func askForTrust(_ terminal: Terminal) throws(Failure) {
        guard !isTrusted else { return }
        let name = printable(name ?? "")
        var lines = ["\(name) is new here, or has changed, and it does this:"]
        lines += sensitiveParts.prefix(Self.shownLimit).map { "  \(printable($0.location.text)): \($0.text)" }
        guard sensitiveParts.count <= Self.shownLimit else {
            for line in lines + ["  and \(sensitiveParts.count - Self.shownLimit) things more"] { terminal.ask(line) }
            throw Failure(
                Diagnostic(
                    "\(name) is not trusted, and does too much for a question, so nothing was started",
                    hints: ["look the manifest over, then run 'withsecrets trust'"]
                )
            )
        }
        // In one piece to where the answer comes from: nobody agrees to what went into a file with stderr.
        let question = lines.map { "withsecrets: \($0)\n" }.joined() + "Go on, and trust it as it is now? [y/N] "
        guard Prompt.confirms(question) else {
            throw Failure(
                Diagnostic(
                    "\(name) is not trusted, so nothing was started",
                    hints: ["to name it is to trust it: -f \(name)"]
                )
            )
        }
        guard let folder = Surroundings.stateFolder else { return }
        do throws(TrustStore.Failure) {
            try TrustStore(folder: folder).trust(self)
        } catch {
            terminal.show(Diagnostic(.warning, error.diagnostic.message, hints: ["it will be asked again"]))
        }
    }
}
