internal import Diagnostics
internal import Glibc
internal import ProcessLaunch
internal import SecretMemory

/// The command's process without manifest and secrets: options, then `--` and the command. For tests of ProcessLaunch.
struct Driver: ~Copyable {
    private var options = Supervisor.Options()
    private var environment = EnvironmentBlock()
    private var files = PrivateFiles()
    private var isInPlace = false
    private var isFiltered = true
    private var secret: String?
    private var words = StartupState.arguments.dropFirst()

    static func run() -> Never {
        _ = ProcessHardening.apply()
        var driver = Driver()
        driver.readOptions()
        driver.launch()
    }

    private mutating func readOptions() {
        while let option = words.popFirst()?.text, option != "--" {
            switch option {
            case "--in-place": isInPlace = true
            case "--print-arguments": print(CommandLine.arguments.dropFirst().joined(separator: " "))
            case "--wait-for": wait(for: word())
            case "--no-filter": isFiltered = false
            case "--mask": secret = word()
            case "--pty": options.terminal = TerminalUse(rawValue: word())!
            case "--stop-timeout": options.stopTimeout = .milliseconds(Int(word())!)
            case "--subreaper": options.isSubreaper = true
            case "--set": environment.set(word(), to: Secret(copying: word()))
            case "--set-size": environment.set(word(), to: Secret(SecretBytes(zerosAsText: Int(word())!)))
            case "--file": deliver(word(), word(), .init())
            case "--file-for": deliver(word(), word(), .init(mode: UInt32(word(), radix: 8)!, owner: UInt32(word())!))
            case "--unset": environment.remove(matching: word())
            case "--keep": environment.keep(matching: [word()])
            default: fail("unknown option \(option)", 64)
            }
        }
    }

    /// Stands for the time in which a command's secrets are resolved.
    private func wait(for path: String) {
        print("waiting")
        fflush(nil)
        while unsafe access(path, F_OK) != 0 { usleep(5000) }
    }

    private mutating func deliver(_ name: String, _ content: String, _ access: PrivateFiles.Access) {
        do throws(LaunchError) {
            environment.set(
                name,
                to: Secret(copying: try files.deliver(Secret(copying: content), as: name, access: access))
            )
        } catch {
            fail(error)
        }
    }

    private mutating func word() -> String {
        guard let next = words.popFirst() else { fail("an option lacks its value", 64) }
        return next.text
    }

    private consuming func launch() -> Never {
        let command = Command(Array(words), environment: environment)
        if isInPlace {
            fail(command.replaceProcess())
        }
        do throws(LaunchError) {
            let secret = secret
            let supervisor = Supervisor(options, filter: isFiltered ? { _ in ToyFilter(secret) } : nil)
            let outcome = try supervisor.run(command, files: files)
            if let failure = outcome.outputFailure {
                fail("output failed with errno \(failure.errno)", 125)
            }
            ExitStatus.die(like: outcome.end)
        } catch {
            fail(error)
        }
    }
}

private func fail(_ error: LaunchError) -> Never {
    fail(error.diagnostic.message, error.exitStatus)
}

private func fail(_ message: String, _ status: Int32) -> Never {
    let line = "driver: \(message)\n"
    _ = unsafe write(2, line, line.utf8.count)
    _exit(status)
}

extension SecretBytes {
    init(zerosAsText count: Int) {
        self.init(copying: String(repeating: "0", count: count))
    }
}
