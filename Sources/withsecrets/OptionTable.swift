internal import Diagnostics
internal import ManifestFormat

/// One option of `run`, and what it does to the options.
///
/// `run` is parsed by this table alone, since swift-argument-parser would cost more than all the rest of a start. The
/// other commands declare the same options in `ManifestOptions`, which goes through this table too; a test holds the
/// names of both together.
struct OptionSpecification: Sendable {
    var names: [String]
    var action: Action

    enum Action: Sendable {
        case flag(@Sendable (inout Options) -> Void)
        case value(@Sendable (inout Options, String) throws(UsageError) -> Void)
    }

    /// `--file` of `-f, --file`.
    var longName: String { names.first { $0.hasPrefix("--") } ?? names[0] }
}

let optionTable: [OptionSpecification] = [
    value("-f", "--file") { (options, text) throws(UsageError) in
        guard !text.isEmpty else { throw UsageError("--file needs a path") }
        options.file = text
    },
    value("-p", "--profile") { (options, text) throws(UsageError) in
        guard !text.isEmpty else { throw UsageError("--profile needs a name") }
        options.profile = text
    },
    value("-e", "--env") { (options, text) throws(UsageError) in
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw UsageError("--env takes NAME=REFERENCE", hint: "such as --env TOKEN=env:GH_TOKEN")
        }
        let reference = String(text[text.index(after: equals)...])
        options.overrides.append(.init(name: String(text[..<equals]), reference: reference))
    },
    value("--only") { (options, text) throws(UsageError) in
        let names = text.split(separator: ",").map(String.init)
        guard !names.isEmpty else { throw UsageError("--only needs names, parted by commas") }
        options.only += names
    },
    flag("--no-mask", "--no-masking") { $0.masks = false },
    value("--mask-text") { (options, text) throws(UsageError) in
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw UsageError("a control character in --mask-text")
        }
        options.maskText = text
    },
    value("--pty") { (options, text) throws(UsageError) in
        options.pty = try choice(text, option: "--pty")
    },
    flag("--clean-env") { $0.cleansEnvironment = true },
    value("--pass") { (options, text) throws(UsageError) in
        options.pass += text.split(separator: ",").map { Glob(String($0)) }
    },
    value("--unset") { (options, text) throws(UsageError) in
        options.unset += text.split(separator: ",").map { Glob(String($0)) }
    },
    value("--timeout") { (options, text) throws(UsageError) in
        guard let timeout = duration(parsing: text), timeout > .zero else {
            throw UsageError("--timeout takes a duration", hint: "such as 500ms, 30s or 2m")
        }
        options.timeout = timeout
    },
    flag("-v", "--verbose") { $0.verbosity = .verbose },
    flag("-q", "--quiet") { $0.verbosity = .quiet },
    flag("--non-interactive") { $0.isInteractive = false },
    flag("--interactive") { $0.isInteractive = true },
    flag("--strict") { $0.isStrict = true },
    value("--report") { (options, text) throws(UsageError) in
        guard !text.isEmpty else { throw UsageError("--report needs a path, or - for stderr") }
        options.report = text
    },
    flag("--fail-on-leak") { $0.failsOnLeak = true },
    value("--log-format") { (options, text) throws(UsageError) in
        options.logFormat = try choice(text, option: "--log-format")
    },
]

private func flag(_ names: String..., action: @escaping @Sendable (inout Options) -> Void) -> OptionSpecification {
    OptionSpecification(names: names, action: .flag(action))
}

private func value(
    _ names: String...,
    action: @escaping @Sendable (inout Options, String) throws(UsageError) -> Void
) -> OptionSpecification {
    OptionSpecification(names: names, action: .value(action))
}

private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String,
    option: String
) throws(UsageError) -> Choice {
    guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue)
        throw UsageError(
            "\(option) takes one of: \(known.joined(separator: ", "))",
            hint: nearestName(to: text, among: known).map(didYouMean)
        )
    }
    return choice
}
