internal import Auditing
internal import Diagnostics
internal import EventLoop
internal import ManifestFormat
internal import OutputMasking
internal import RemoteProviders
internal import SecretMemory
internal import SecretProviders
internal import Synchronization

/// From options to resolved values: what every command that reads the manifest does first.
struct Session {
    let options: Options
    let terminal: Terminal

    /// Finds and reads the manifest, and asks whether to trust it where that is due.
    func loadManifest(asksForTrust: Bool = true) throws(Failure) -> LoadedManifest {
        let manifest = try readManifest()
        if asksForTrust, Surroundings.canPrompt(options.isInteractive) { try manifest.askForTrust(terminal) }
        return manifest.withTrustedAudit(terminal)
    }

    /// The manifest as it is written, whether it is trusted or not: nothing may be done by it.
    func readManifest() throws(Failure) -> LoadedManifest {
        guard Surroundings.workingDirectory != nil else {
            throw Failure(Diagnostic("the working directory cannot be told", hints: ["it may have been removed"]))
        }
        var loader = Surroundings.manifestLoader(file: options.file, profile: options.profile)
        loader.overrides = options.overrides
        loader.only = options.only
        let manifest: LoadedManifest
        do throws(ManifestProblems) {
            manifest = try loader.load()
        } catch {
            throw Failure(error.diagnostics)
        }
        if let name = manifest.name { terminal.detail("manifest: \(printable(name))") }
        return manifest
    }

    /// The network providers for a run of that manifest.
    func network(for manifest: LoadedManifest) -> Network {
        Network(isTrusted: manifest.isTrusted)
    }

    /// Resolves all that `manifest` names, or `only`, and writes down in the audit log who asked for it, and why; from here
    /// on the terminal masks what it prints.
    ///
    /// - Parameters:
    ///   - command: the program that is run with it, as typed.
    ///   - network: given by who keeps leases while a command runs; otherwise they end with the reads.
    /// - Throws: where nothing may happen that is not in the log, and it is not. What could not be resolved is in the
    ///   resolution: see `checkOutcome`.
    func resolve(
        _ manifest: LoadedManifest,
        for operation: AuditRecord.Operation,
        only: [String]? = nil,
        command: String? = nil,
        network: Network? = nil
    ) throws(Failure) -> Resolution {
        let resolution = read(manifest, only: only, network: network)
        try AuditTrail(manifest.manifest.audit, command: command, terminal).record(operation, resolution)
        return resolution
    }

    private func read(_ manifest: LoadedManifest, only: [String]?, network: Network?) -> Resolution {
        let own = network ?? self.network(for: manifest)
        var registry = ProviderRegistry.local
        own.session.register(into: &registry)
        let loop = EventLoop()
        let credentials = Mutex<[(name: String, value: Secret)]>([])
        var context = ProviderContext(loop: loop)
        context.noteCredential = { name, value in credentials.withLock { $0.append((name, value)) } }
        let progress = options.showsProgress ? ProgressLine() : nil
        if let progress {
            context.showProgress = { news in
                let mask = MessageMask(credentials: credentials.withLock(\.self))
                progress.show(news, mask: mask)
            }
        }
        if Surroundings.canPrompt(options.isInteractive) {
            context.prompt = { question in
                progress?.erase()
                guard let answer = Prompt.secret("\(printable(question)): ") else { return nil }
                return Secret(answer)
            }
        }
        let passphrases = Mutex<[Bool]>([])
        context.notePassphrase = { fits in passphrases.withLock { $0.append(fits) } }
        let details = Mutex<[String]>([])
        if options.verbosity == .verbose {
            context.noteDetail = { line in details.withLock { $0.append(line) } }
        }
        let resolver = Resolver(
            manifest.manifest,
            registry: registry,
            context: context,
            timeout: options.timeout,
            only: only ?? (options.only.isEmpty ? nil : options.only)
        )
        var resolution = loop.runBlocking { await own.resolve(with: resolver, on: loop) }
        resolution.passphrases = passphrases.withLock(\.self)
        own.endIfInterrupted()
        if network == nil { own.end() }
        terminal.mask = MessageMask(resolution).mask
        // Only now: a line of a program may hold what it was about to hand over.
        for line in details.withLock({ $0 }) { terminal.detail(printable(line)) }
        return resolution
    }

    /// Warnings, and with `--strict` the end; errors always end it.
    func checkOutcome(of resolution: Resolution) throws(Failure) {
        terminal.show(resolution.warnings)
        guard resolution.errors.isEmpty else { throw Failure(resolution.errors) }
        try checkStrictness()
    }

    /// - Throws: under `--strict`, when anything was warned of.
    func checkStrictness() throws(Failure) {
        guard options.isStrict, terminal.warningCount > 0 else { return }
        let warnings = terminal.warningCount == 1 ? "a warning" : "\(terminal.warningCount) warnings"
        throw Failure(Diagnostic("--strict: \(warnings), so nothing was started"))
    }
}
