internal import Auditing
internal import Diagnostics
internal import ManifestFormat
internal import OutputMasking
internal import ProcessLaunch
internal import RemoteProviders
internal import SecretMemory
internal import SecretProviders

/// A run, top to bottom: harden, load, resolve, build the environment, and become the command or watch over it.
struct RunCommand {
    let command: [RawArgument]
    let options: Options

    func perform() -> Int32 {
        let terminal = Terminal(options)
        return performing(on: terminal) { () throws(Failure) in
            try run(Session(options: options, terminal: terminal), terminal)
        }
    }

    private func run(_ session: Session, _ terminal: Terminal) throws(Failure) -> Int32 {
        harden(terminal)
        let restart = Restart()
        restart?.wait()
        let manifest = try session.loadManifest()
        let network = session.network(for: manifest)
        // On every way out of here; where the command is relayed to its end, `supervise` has done it before.
        defer { network.end() }
        let resolution = try session.resolve(manifest, for: .run, command: command.first?.text, network: network)
        try session.checkOutcome(of: resolution)
        report(resolution, to: terminal)

        var files = PrivateFiles()
        let environment = try environment(for: resolution, manifest.manifest.run, &files, terminal)
        let command = Command(command, environment: environment)
        let masking = try masking(of: resolution, manifest.manifest.mask, terminal)
        try session.checkStrictness()
        guard masking.isNeeded || needsSupervision(manifest.manifest.run, resolution) || network.leases.hasWork else {
            terminal.detail("nothing to mask or to watch: becoming the command")
            let error = command.replaceProcess()
            throw Failure(error.diagnostic, status: error.exitStatus)
        }
        return try supervise(command, files, masking, manifest.manifest.run, network, restart, terminal)
    }

    private func harden(_ terminal: Terminal) {
        for refusal in ProcessHardening.apply() {
            if options.isStrict {
                terminal.show(Diagnostic(.warning, refusal.text))
            } else {
                terminal.detail(refusal.text)
            }
        }
    }

    /// What `--verbose` tells: each variable, where its value came from, and how long that took.
    private func report(_ resolution: Resolution, to terminal: Terminal) {
        for variable in resolution.variables {
            terminal.detail(variable.summary)
        }
        if SecretArena.wasRefusedLocking {
            let text = "the kernel did not lock all memory that holds secrets, so it may reach swap"
            if options.isStrict {
                terminal.show(Diagnostic(.warning, text, hints: ["raise RLIMIT_MEMLOCK: ulimit -l"]))
            } else {
                terminal.detail(text)
            }
        }
    }

    private func environment(
        for resolution: Resolution,
        _ settings: Manifest.RunSettings,
        _ files: inout PrivateFiles,
        _ terminal: Terminal
    ) throws(Failure) -> EnvironmentBlock {
        var block = EnvironmentBlock()
        if options.cleansEnvironment ?? settings.cleansEnvironment ?? false {
            block.keep(matching: (settings.pass + options.pass).map(\.text))
        }
        for glob in settings.unset + options.unset { block.remove(matching: glob.text) }
        for name in resolution.withheldVariables { block.remove(named: name) }
        do throws(LaunchError) {
            for variable in resolution.variables where variable.isExported {
                try add(variable, to: &block, &files)
            }
        } catch {
            throw Failure(error.diagnostic, status: error.exitStatus)
        }
        if files.isInherited {
            terminal.show(
                Diagnostic(
                    .warning,
                    "no tmpfs is writable, so a file is passed on as an open descriptor",
                    hints: ["mount a tmpfs at /run or /dev/shm"]
                )
            )
        }
        return block
    }

    private func add(
        _ variable: ResolvedVariable,
        to block: inout EnvironmentBlock,
        _ files: inout PrivateFiles
    ) throws(LaunchError) {
        switch (variable.value, variable.delivery) {
        case (nil, _):
            block.remove(named: variable.name)
        case (let value?, .environment):
            block.set(variable.name, to: value)
        case (let value?, .file(let mode, let owner)):
            let path = try files.deliver(
                value,
                as: variable.name,
                access: PrivateFiles.Access(mode: mode, owner: owner)
            )
            block.set(variable.name, to: Secret(copying: path))
        }
    }

    private func masking(
        of resolution: Resolution,
        _ settings: Manifest.MaskSettings,
        _ terminal: Terminal
    ) throws(Failure) -> Masking {
        guard options.masks else { return Masking() }
        return try Masking(
            resolution.maskedSecrets(inherited: settings.inherited),
            text: options.maskText ?? settings.text,
            report: options.report,
            terminal
        )
    }

    /// Whether we have to stay although nothing is masked: files that go with the command, or settings that need us.
    private func needsSupervision(_ settings: Manifest.RunSettings, _ resolution: Resolution) -> Bool {
        let deliversFiles = resolution.variables.contains { variable in
            guard variable.isExported, variable.value != nil, case .file = variable.delivery else { return false }
            return true
        }
        return deliversFiles || settings.stopTimeout != nil || settings.isSubreaper || options.report != nil
            || options.failsOnLeak
    }

    private func supervise(
        _ command: consuming Command,
        _ files: consuming PrivateFiles,
        _ masking: Masking,
        _ settings: Manifest.RunSettings,
        _ network: Network,
        _ lastRestart: Restart?,
        _ terminal: Terminal
    ) throws(Failure) -> Int32 {
        let leases = network.leases
        var supervision = Supervisor.Options()
        supervision.stopTimeout = settings.stopTimeout
        supervision.isSubreaper = settings.isSubreaper
        supervision.mayRestart = leases.mayRestart
        supervision.terminal = (options.pty ?? settings.pty ?? .auto).terminalUse
        supervision.whenStarted = { [options] in leases.start { LeaseLoss.act(upon: $0, Terminal(options)) } }
        let start = SuspendingClock().now
        let outcome: Supervisor.Outcome
        do throws(LaunchError) {
            outcome = try Supervisor(supervision, filter: masking.makeFilter).run(command, files: files)
        } catch {
            throw Failure(error.diagnostic, status: error.exitStatus)
        }
        leases.endAll()
        masking.writeReport(to: terminal)
        if let failure = outcome.outputFailure {
            throw Failure(failure.diagnostic)
        }
        let hasLeaked = masking.hasMasked || lastRestart?.hasLeaked == true
        if outcome.asksForRestart {
            network.session.close()
            let next = Restart(after: lastRestart, ranFor: SuspendingClock().now - start, hasLeaked: hasLeaked)
            throw next.perform(terminal)
        }
        if options.failsOnLeak, hasLeaked, outcome.end == .exited(0) {
            let names = masking.maskedNames.joined(separator: ", ")
            terminal.show(Diagnostic("the command's output held secrets, which were masked: \(names)"))
            return ExitCode.leak
        }
        ExitStatus.die(like: outcome.end)
    }
}

extension Manifest.RunSettings.PseudoTerminal {
    fileprivate var terminalUse: TerminalUse {
        switch self {
        case .auto: .auto
        case .always: .always
        case .never: .never
        }
    }
}

extension ProcessHardening.Refusal {
    var text: String {
        switch self {
        case .undumpable(let number):
            "the kernel did not make us undumpable (\(systemMessage(number))): a debugger of this user could attach"
        case .coreLimit(let number):
            "the kernel did not forbid a core file (\(systemMessage(number))): a crash could leave secrets in one"
        }
    }
}

extension OutputFailure {
    fileprivate var diagnostic: Diagnostic {
        let name =
            switch stream {
            case .output: "stdout"
            case .errors: "stderr"
            case .merged: "stdout and stderr"
            }
        return Diagnostic("cannot write the command's \(name): \(systemMessage(errno))")
    }
}
