extension ScriptRunner {
    /// Runs a program to its end; `!` in front says that it has to end with anything but 0.
    mutating func run(_ line: ScriptLine, _ words: ArraySlice<String>) throws {
        let command = try command(line, words)
        defer { input = "/dev/null" }
        let (result, isLate) = try StepProcess.run(command, input: input, within: settings.limit)
        finishStep(line, result)
        if isLate { throw failure(line, "still running after \(settings.limit)\n\(account(of: result))") }
        try checkStatus(line, result)
    }

    /// Runs a program on a terminal and goes through the turns of a `tty` block.
    ///
    /// `expect REGEX` waits until that has been shown, `send TEXT` types a line, `type TEXT` types without Enter,
    /// `key ^C` a control character, `resize ROWS COLUMNS`. What the terminal showed is the step's stdout.
    mutating func converse(_ line: ScriptLine, _ words: [String], turns: [ScriptLine]) throws {
        var terminal = try TerminalProcess(command(line, words.dropFirst()))
        for turn in turns {
            let words = turn.words.map(expand)
            switch (words[0], words.count) {
            case ("expect", 2):
                guard terminal.expect(try pattern(turn, words[1]), within: settings.limit) else {
                    let shown = terminal.shown
                    let result = StepProcess.Result(
                        status: terminal.finish(within: .milliseconds(500)) ?? .killed(9),
                        output: shown,
                        errors: []
                    )
                    finishStep(line, result)
                    throw failure(turn, "was not shown\n\(account(of: result))")
                }
            case ("send", 2): terminal.type(words[1] + "\r")
            case ("type", 2): terminal.type(words[1])
            case ("key", 2):
                guard let letter = words[1].utf8.last, words[1].hasPrefix("^") else {
                    throw failure(turn, "a key is written ^C")
                }
                terminal.type(String(UnicodeScalar(letter & 0x1F)))
            case ("resize", 3):
                guard let rows = UInt16(words[1]), let columns = UInt16(words[2]) else {
                    throw failure(turn, "resize ROWS COLUMNS")
                }
                terminal.resize(rows: rows, columns: columns)
            default: throw failure(turn, "in a tty block: expect, send, type, key, resize, end")
            }
        }
        let status = terminal.finish(within: settings.limit)
        let result = StepProcess.Result(status: status ?? .killed(9), output: terminal.shown, errors: [])
        finishStep(line, result)
        guard status != nil else {
            throw failure(line, "still running after \(settings.limit)\n\(account(of: result))")
        }
        try checkStatus(line, result)
    }

    private func command(_ line: ScriptLine, _ words: ArraySlice<String>) throws -> StepCommand {
        guard let name = words.first else { throw failure(line, "no program on this line") }
        guard let path = findProgram(name) else { throw failure(line, "\(name): no such program in PATH") }
        return StepCommand(path: path, arguments: Array(words), environment: environment, folder: folder)
    }

    private mutating func finishStep(_ line: ScriptLine, _ result: StepProcess.Result) {
        last = result
        captured.append((line, .stdout, result.output))
        captured.append((line, .stderr, result.errors))
        for case .stream(let secret, let stream, _) in pendingAllowances {
            allowances.append(.stream(secret: secret, stream, line: line.number))
        }
        pendingAllowances = []
    }

    private func checkStatus(_ line: ScriptLine, _ result: StepProcess.Result) throws {
        if (result.status == .exited(0)) == line.isNegated {
            throw failure(line, account(of: result))
        }
    }

    /// The step's end and its output, for a failure's message.
    func account(of result: StepProcess.Result) -> String {
        """
        \(result.status)
        [stdout]
        \(String(decoding: result.output.prefix(4000), as: UTF8.self))
        [stderr]
        \(String(decoding: result.errors.prefix(4000), as: UTF8.self))
        """
    }

    func pattern(_ line: ScriptLine, _ text: String) throws -> ScriptPattern {
        do {
            return try ScriptPattern(text)
        } catch {
            throw failure(line, "not a regular expression: \(text)")
        }
    }
}
