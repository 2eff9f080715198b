internal import ManifestFormat

/// What may stand at the end of a command line that is being typed.
///
/// It looks at the declarations of the commands, and at names: of the manifest's variables and profiles, of the vault's
/// secrets, which stand readable in its file. It opens no vault, runs no program and asks no service.
struct CompletionSearch {
    enum Answer: Equatable {
        case words([Candidate])
        /// Files of the shell's own choice, behind `prefix`; all where `extensions` is empty.
        case files(prefix: String, extensions: [String])
        case folders(prefix: String)
        /// The words from `start` on are a command of their own. Counted from 0, without our own name.
        case command(start: Int)
    }

    struct Candidate: Equatable {
        /// The whole word, what was typed of it included.
        var text: String
        var summary = ""
    }

    private let words: [String]
    private let current: String
    private var command: CommandSyntax
    /// Options that were given, by their long names, with their values.
    private var given: [String: [String]] = [:]
    /// The option whose value comes next.
    private var open: CommandSyntax.Option?
    private var argumentCount = 0
    private var isRoot = true
    /// Whether the command's own words have begun.
    private var commandStart: Int?
    /// Whether `--` stood before, so that nothing more is an option.
    private var isPastOptions = false

    /// - Parameters:
    ///   - words: those before the one that is being typed, without our own name.
    ///   - current: what is typed of the word, up to the cursor.
    init(root: CommandSyntax, words: [String], current: String) {
        self.words = words
        self.current = current
        command = root
        for index in words.indices where commandStart == nil { read(words[index], at: index) }
    }

    private var takesCommand: Bool { isRoot || command.name == "run" }

    private mutating func read(_ word: String, at index: Int) {
        if let option = open {
            given[option.longName, default: []].append(word)
            open = nil
        } else if word == "--", !isPastOptions {
            if takesCommand { commandStart = index + 1 }
            isPastOptions = true
        } else if word.hasPrefix("--"), !isPastOptions {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            note(String(parts[0]), value: parts.count > 1 ? String(parts[1]) : nil)
        } else if word.hasPrefix("-"), word != "-", !isPastOptions {
            readCluster(word.dropFirst())
        } else if argumentCount == 0, given.isEmpty || !isRoot, let subcommand = command.subcommand(named: word) {
            command = subcommand
            isRoot = false
        } else if takesCommand {
            commandStart = index
        } else {
            argumentCount += 1
        }
    }

    /// `-v`, `-fPATH`, `-vf`.
    private mutating func readCluster(_ letters: Substring) {
        var letters = letters
        while let letter = letters.popFirst(), let option = command.option(named: "-\(letter)") {
            if option.value != nil {
                note("-\(letter)", value: letters.isEmpty ? nil : String(letters))
                return
            }
            note("-\(letter)", value: nil)
        }
    }

    private mutating func note(_ name: String, value: String?) {
        guard let option = command.option(named: name) else { return }
        if let value {
            given[option.longName, default: []].append(value)
        } else if option.value != nil {
            open = option
        } else {
            given[option.longName, default: []].append("")
        }
    }
}

extension CompletionSearch {
    /// - Parameter names: looks names up, given the file, profile and vault that the command line names.
    func answer(_ names: (_ file: String?, _ profile: String?, _ vault: String?) -> CompletionNames) -> Answer {
        if let commandStart { return .command(start: commandStart) }
        let names = names(given["--file"]?.last, given["--profile"]?.last, given["--vault"]?.last)
        if let value = open?.value { return values(of: value, prefix: "", typed: current, names) }
        if current.hasPrefix("-"), !isPastOptions { return options(names) }
        if takesCommand, !isRoot { return .command(start: words.count) }
        var candidates = command.subcommands.filter { !$0.isHidden && argumentCount == 0 && (!isRoot || given.isEmpty) }
            .map { Candidate(text: $0.name, summary: $0.abstract) }
        if isRoot { candidates.append(Candidate(text: "--", summary: "Then the command.")) }
        guard let argument = nextArgument else { return .words(matching(candidates)) }
        return values(of: argument, prefix: "", typed: current, names)
    }

    private var nextArgument: CommandSyntax.Argument? {
        guard !isRoot else { return nil }
        if argumentCount < command.arguments.count { return command.arguments[argumentCount] }
        guard let last = command.arguments.last, last.isRepeating else { return nil }
        return last
    }

    /// `--opt` itself, or the value behind `--option=`.
    private func options(_ names: CompletionNames) -> Answer {
        if let equals = current.firstIndex(of: "="), current.hasPrefix("--") {
            guard let value = command.option(named: String(current[..<equals]))?.value else { return .words([]) }
            let start = current.index(after: equals)
            return values(of: value, prefix: String(current[..<start]), typed: String(current[start...]), names)
        }
        let rest = command.options.filter { option in
            !option.isHidden && (option.isRepeating || given[option.longName] == nil)
        }
        let candidates = rest.flatMap { option in
            option.names.filter { $0.hasPrefix("--") }.map { Candidate(text: $0, summary: option.abstract) }
        }
        return .words(matching(candidates))
    }

    private func matching(_ candidates: [Candidate]) -> [Candidate] {
        candidates.filter { $0.text.hasPrefix(current) }
    }

    /// - Parameters:
    ///   - prefix: what stands before the value in the same word.
    ///   - typed: what is there of the value.
    private func values(
        of argument: CommandSyntax.Argument,
        prefix: String,
        typed: String,
        _ names: CompletionNames
    ) -> Answer {
        switch argument.words {
        case .files(let extensions): return .files(prefix: prefix, extensions: extensions)
        case .folders: return .folders(prefix: prefix)
        case .choices(let choices): return .words(matching(choices.map { Candidate(text: prefix + $0) }))
        case .anything: break
        }
        switch ValueName(rawValue: argument.name) {
        case .path, .paths: return .files(prefix: prefix, extensions: [])
        case .profile: return words(names.profiles, prefix: prefix)
        case .variable: return words(names.variables, prefix: prefix)
        case .variables: return list(names.variables, prefix: prefix, typed: typed)
        case .inherited: return list(names.inherited, prefix: prefix, typed: typed)
        case .secret: return words(names.secrets, prefix: prefix)
        case .secrets: return list(names.secrets, prefix: prefix, typed: typed)
        case .reference: return reference(prefix: prefix, typed: typed, names)
        case .binding:
            guard let equals = typed.firstIndex(of: "=") else {
                let candidates = names.variables.map { Candidate(text: $0.text + "=", summary: $0.summary) }
                return words(candidates, prefix: prefix)
            }
            let start = typed.index(after: equals)
            return reference(prefix: prefix + typed[..<start], typed: String(typed[start...]), names)
        case nil: return .words([])
        }
    }

    private func words(_ candidates: [Candidate], prefix: String) -> Answer {
        .words(matching(candidates.map { Candidate(text: prefix + $0.text, summary: $0.summary) }))
    }

    /// The last of several names that commas part; those before it are not offered again.
    private func list(_ candidates: [Candidate], prefix: String, typed: String) -> Answer {
        let parts = typed.split(separator: ",", omittingEmptySubsequences: false)
        let before = parts.dropLast().map(String.init)
        let rest = candidates.filter { !before.contains($0.text) }
        return words(rest, prefix: prefix + before.map { $0 + "," }.joined())
    }

    private func reference(prefix: String, typed: String, _ names: CompletionNames) -> Answer {
        guard let colon = typed.firstIndex(of: ":") else { return words(names.providers, prefix: prefix) }
        let start = prefix + typed[...colon]
        return switch names.kind(of: String(typed[..<colon])) {
        case .vaultfile: words(names.secrets, prefix: start)
        case .env: words(names.inherited, prefix: start)
        case .file, .dotenv: .files(prefix: start, extensions: [])
        case .exec, .vault, .aws, .ssm, .azure, .gcp, nil: .words([])
        }
    }
}

/// The names of values that can be looked up, as the declarations of options and arguments write them.
private enum ValueName: String {
    case path, profile, variable, secret, reference
    case paths = "path ..."
    case variables = "variable,..."
    case secrets = "secret,..."
    case inherited = "name,..."
    case binding = "variable=reference"
}
