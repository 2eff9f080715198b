internal import ArgumentParser
internal import Diagnostics
internal import YAMLTree

/// A command as swift-argument-parser knows it, as data: what completions and the manual are made of.
struct CommandSyntax: Sendable {
    var name: String
    var aliases: [String] = []
    var abstract = ""
    var discussion = ""
    var options: [Option] = []
    /// Words that are no options, in their order.
    var arguments: [Argument] = []
    var subcommands: [CommandSyntax] = []
    var isHidden = false

    /// `-f, --file PATH`, or a flag.
    struct Option: Sendable {
        /// With their dashes, as declared.
        var names: [String]
        /// `nil` for a flag.
        var value: Argument?
        var abstract: String
        var isRepeating: Bool
        var isHidden: Bool

        var longName: String { names.first { $0.hasPrefix("--") } ?? names[0] }
    }

    /// A word that the user supplies.
    struct Argument: Sendable {
        /// Its name says what it is: completions look values up by it.
        var name: String
        var abstract: String
        var words: Words
        var isOptional: Bool
        var isRepeating: Bool
    }

    /// What an argument may be, as far as its declaration tells.
    enum Words: Sendable {
        case anything
        case files(extensions: [String])
        case folders
        case choices([String])
    }

    func subcommand(named word: String) -> CommandSyntax? {
        subcommands.first { $0.name == word || $0.aliases.contains(word) }
    }

    func option(named word: String) -> Option? {
        options.first { $0.names.contains(word) }
    }
}

extension CommandSyntax {
    /// The root, with the options of a run, which may stand there too.
    static func all() -> CommandSyntax {
        // JSON that swift-argument-parser writes of the declarations: any YAML parser reads it.
        let text = Array(Withsecrets._dumpHelp().utf8)
        let rules = YAMLRules(byteLimit: 8 << 20, nodeLimit: .max, allowsAliases: false)
        guard let document = try? YAMLDocument.parse(text.span, named: "help", rules: rules),
            let command = document["command"]
        else { return CommandSyntax(name: Withsecrets.configuration.commandName ?? "withsecrets") }
        var root = CommandSyntax(command)
        let version = root.options.filter { $0.longName == "--version" }
        root.options = (root.subcommand(named: "run")?.options ?? []) + version
        return root
    }

    private init(_ node: YAMLNode) {
        name = node.string("commandName")
        aliases = node.strings("aliases")
        abstract = node.string("abstract")
        discussion = node.string("discussion")
        isHidden = node["shouldDisplay"]?.text == "false"
        subcommands = (node["subcommands"]?.elements ?? []).map { CommandSyntax($0) }
        for argument in node["arguments"]?.elements ?? [] {
            if argument["kind"]?.text == "positional" {
                // A hidden one only catches what should not be there.
                if argument["shouldDisplay"]?.text != "false" { arguments.append(Argument(argument)) }
            } else {
                options.append(Option(argument))
            }
        }
    }
}

extension CommandSyntax.Option {
    fileprivate init(_ node: YAMLNode) {
        names = (node["names"]?.elements ?? []).map { name in
            (name["kind"]?.text == "long" ? "--" : "-") + name.string("name")
        }
        value = node["kind"]?.text == "option" ? CommandSyntax.Argument(node) : nil
        abstract = node.string("abstract")
        isRepeating = node["isRepeating"]?.text == "true"
        isHidden = node["shouldDisplay"]?.text == "false"
    }
}

extension CommandSyntax.Argument {
    fileprivate init(_ node: YAMLNode) {
        name = node.string("valueName")
        abstract = node.string("abstract")
        isOptional = node["isOptional"]?.text == "true"
        isRepeating = node["isRepeating"]?.text == "true"
        let kind = node["completionKind"]
        if let list = kind?["list"] {
            words = .choices(list.strings("values"))
        } else if let files = kind?["file"] {
            words = .files(extensions: files.strings("extensions"))
        } else if kind?["directory"] != nil {
            words = .folders
        } else {
            words = .anything
        }
    }
}

extension YAMLNode {
    fileprivate func string(_ key: String) -> String { self[key]?.text ?? "" }

    fileprivate func strings(_ key: String) -> [String] { self[key]?.elements?.compactMap(\.text) ?? [] }
}
