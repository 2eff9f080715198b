internal import Glibc

extension ScriptRunner {
    /// One command that is neither a way out nor a dialogue.
    mutating func step(_ line: ScriptLine, _ words: [String]) throws {
        let arguments = words.dropFirst()
        switch (words[0], arguments.count) {
        case ("plant", _): break  // done before the files were written
        case ("withsecrets", _): try run(line, words[...])
        case ("exec", 1...): try run(line, arguments)
        case ("sh", 1): try run(line, ["sh", "-euc", words[1]])
        case ("status", 1): try checkStatus(line, is: words[1])
        case ("stdout", 1...2): try match(line, arguments, in: lastResult(line).output)
        case ("stderr", 1...2): try match(line, arguments, in: lastResult(line).errors)
        case ("grep", 2...3):
            try match(line, arguments.dropLast(), in: ScriptFiles.read(path(words[words.count - 1])))
        case ("cmp", 2): try compare(line, words[1], words[2])
        case ("stdin", 1): input = path(words[1])
        case ("env", 1...): try setVariables(line, arguments)
        case ("unset", 1...): environment.removeAll { arguments.contains($0.name) }
        case ("allow", 2): try allow(line, words[1], words[2])
        case ("cd", 1): folder = path(words[1])
        case ("exists", 1...): try checkExistence(line, arguments)
        case ("mode", 2): try checkMode(line, words[1], words[2])
        case ("mkdir", 1...): for name in arguments { try ScriptFiles.makeFolder(path(name)) }
        case ("rm", 1...): for name in arguments { ScriptFiles.remove(path(name)) }
        case ("cp", 2): try ScriptFiles.write(contents(line, of: words[1]), to: path(words[2]))
        case ("ln", 2): unsafe symlink(words[1], path(words[2]))
        case ("chmod", 2...):
            guard let mode = mode_t(words[1], radix: 8) else { throw failure(line, "chmod OCTAL FILE ...") }
            for name in arguments.dropFirst() where unsafe chmod(path(name), mode) != 0 {
                throw failure(line, "cannot change the mode of \(name)")
            }
        default: throw failure(line, "unknown command, or too few or too many arguments")
        }
    }

    /// `plant NAME ...` or `plant NAME=SHAPE ...`: random values, as `$NAME` in the script and in its files.
    mutating func plant(_ line: ScriptLine) throws {
        for word in line.words.dropFirst().map(expand) {
            let parts = word.split(separator: "=", maxSplits: 1)
            guard let shape = parts.count == 2 ? PlantedSecrets.Shape(rawValue: String(parts[1])) : .token else {
                throw failure(line, "no shape of secrets: \(word)")
            }
            secrets.plant(String(parts[0]), shape: shape)
        }
    }

    /// `allow SECRET stdout|stderr` for the next program, `allow SECRET FILE` for the whole script.
    private mutating func allow(_ line: ScriptLine, _ secret: String, _ place: String) throws {
        guard secrets.value(of: secret) != nil else { throw failure(line, "\(secret) is not planted") }
        if let stream = Stream(rawValue: place) {
            pendingAllowances.append(.stream(secret: secret, stream, line: 0))
        } else {
            allowances.append(.file(secret: secret, path: path(place)))
        }
    }

    private mutating func setVariables(_ line: ScriptLine, _ assignments: ArraySlice<String>) throws {
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw failure(line, "env NAME=VALUE ...") }
            environment.removeAll { $0.name == parts[0] }
            environment.append((String(parts[0]), String(parts[1])))
        }
    }

    // MARK: - Assertions

    private func lastResult(_ line: ScriptLine) throws -> StepProcess.Result {
        guard let last else { throw failure(line, "no program ran yet") }
        return last
    }

    /// `[-count=N] REGEX`; with `!` there has to be no match.
    private func match(_ line: ScriptLine, _ arguments: ArraySlice<String>, in bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let count = try pattern(line, arguments.last ?? "").matchCount(in: text)
        let isAsWanted: Bool
        if arguments.count == 2 {
            guard let wanted = arguments.first.flatMap({ Int($0.replacing("-count=", with: "")) }) else {
                throw failure(line, "expected -count=N")
            }
            isAsWanted = count == wanted
        } else {
            isAsWanted = (count > 0) != line.isNegated
        }
        if !isAsWanted { throw failure(line, "\(count) matches in\n\(text)\(accountOfLast)") }
    }

    private var accountOfLast: String {
        last.map { "\nafter a program that ended so: \(account(of: $0))" } ?? ""
    }

    private func checkStatus(_ line: ScriptLine, is wanted: String) throws {
        let signals = [
            "SIGHUP": SIGHUP, "SIGINT": SIGINT, "SIGQUIT": SIGQUIT, "SIGKILL": SIGKILL, "SIGPIPE": SIGPIPE,
            "SIGTERM": SIGTERM, "SIGUSR1": SIGUSR1, "SIGSEGV": SIGSEGV, "SIGABRT": SIGABRT,
        ]
        let result = try lastResult(line)
        let status = signals[wanted].map(StepStatus.killed) ?? Int32(wanted).map(StepStatus.exited)
        guard let status else { throw failure(line, "not a status: \(wanted)") }
        if (result.status == status) == line.isNegated { throw failure(line, account(of: result)) }
    }

    private func contents(_ line: ScriptLine, of name: String) throws -> [UInt8] {
        switch name {
        case "stdout": try lastResult(line).output
        case "stderr": try lastResult(line).errors
        default: try ScriptFiles.read(path(name))
        }
    }

    private func compare(_ line: ScriptLine, _ left: String, _ right: String) throws {
        let contents = (try contents(line, of: left), try contents(line, of: right))
        if (contents.0 == contents.1) == line.isNegated {
            throw failure(
                line,
                """
                [\(left)]
                \(String(decoding: contents.0.prefix(4000), as: UTF8.self))
                [\(right)]
                \(String(decoding: contents.1.prefix(4000), as: UTF8.self))
                """
            )
        }
    }

    private func checkExistence(_ line: ScriptLine, _ names: ArraySlice<String>) throws {
        for name in names where (ScriptFiles.kind(of: path(name)) != nil) == line.isNegated {
            throw failure(line, "\(name) \(line.isNegated ? "exists" : "does not exist")")
        }
    }

    private func checkMode(_ line: ScriptLine, _ name: String, _ wanted: String) throws {
        let mode = ScriptFiles.mode(of: path(name))
        guard mode == mode_t(wanted, radix: 8) else {
            throw failure(
                line,
                "\(name) has mode \(mode.map { "0" + String($0, radix: 8) } ?? "none: it is not there")"
            )
        }
    }
}
