internal import ManifestFormat

/// withsecrets.yaml(5): every key, from the declarations that the parser reads.
struct ManifestManual {
    private var page = ManualText(
        "withsecrets.yaml",
        section: 5,
        summary: "where a command's secrets live"
    )

    init() {
        page.heading("DESCRIPTION")
        page.prose(Self.description)
        page.heading("EXAMPLE")
        page.literal(Self.example.split(separator: "\n").map(String.init))
        page.heading("REFERENCES")
        page.prose(Self.references)
        for kind in ProviderKind.allCases { page.entry(ManualText.bold(kind.example), Self.meaning(of: kind)) }
        page.heading("KEYS")
        page.subheading("Top level")
        add(ManifestKeys.manifest)
        page.subheading("env.NAME, the long form")
        page.paragraph("Exactly one of 'from', 'template' and 'value'.")
        add(ManifestKeys.variable)
        page.subheading("env.NAME.as.file")
        add(ManifestKeys.file)
        page.subheading("env_from")
        add(ManifestKeys.group)
        page.subheading("mask")
        add(ManifestKeys.mask)
        page.subheading("run")
        add(ManifestKeys.run)
        page.subheading("audit")
        add(ManifestKeys.audit)
        page.subheading("audit.on_failures")
        add(ManifestKeys.onFailures)
        page.subheading("providers.NAME")
        add(ProviderKey.common)
        for kind in ProviderKind.allCases {
            let own = ProviderKey.keys(for: kind).dropFirst(ProviderKey.common.count)
            guard !own.isEmpty else { continue }
            page.subheading("providers.NAME of kind \(kind.rawValue)")
            add(Array(own))
        }
        page.subheading("providers.NAME.auth")
        add(ProviderKey.authenticationKeys(for: .vault))
        page.heading("SEE ALSO")
        page.paragraph("withsecrets(1). 'withsecrets schema' prints the JSON Schema of this file, for editors.")
    }

    var text: String { page.text }

    private mutating func add(_ keys: [ManifestKey]) {
        for key in keys {
            let standard = key.standard.map { ", default \($0)" } ?? ""
            let shape = " (\(key.shape.words)\(standard))"
            page.entry(ManualText.bold(key.name) + ManualText.escaped(shape), "\(key.summary).")
        }
    }

    private static func meaning(of kind: ProviderKind) -> String {
        let options = kind.optionNames.map { "?\($0)=" }.joined(separator: ", ")
        return kind.summary + "." + (options.isEmpty ? "" : " Options: \(options).")
    }
}

extension ManifestShape {
    /// For a manual: what may be written.
    fileprivate var words: String {
        switch self {
        case .version: "1"
        case .text, .maskText, .namePrefix: "text"
        case .path: "path"
        case .form(.address): "https://HOST[:PORT][/PATH]"
        case .form(.authority): "[https://]HOST[:PORT][/PATH]"
        case .form(.pin): "32 hexadecimal digits"
        case .flag: "true or false"
        case .duration: "500ms, 30s, 2m, 1h30m, 30d"
        case .count: "a whole number from 1"
        case .userID: "a user id"
        case .mode: "octal digits"
        case .choice(let words): words.joined(separator: ", ")
        case .globs: "a pattern for names, or a list"
        case .chain, .secret: "a reference, or a list"
        case .textOrSecret: "text, a reference, or a list"
        case .command: "a command line, or a list of words"
        case .delivery: "env, file, or { file: { mode, owner } }"
        case .groups: "a mapping, or a list of them"
        case .variables, .providers, .authentication, .profiles, .mapping: "a mapping"
        }
    }
}

extension ManifestManual {
    private static let description = """
        One YAML document that says which environment variables a command gets and where their values live. It holds no \
        secret, so it is committed with the project. 'withsecrets init' writes one to start from, 'withsecrets check' tells \
        what is wrong with one.

        Scalars are text as they are written: 8080 and yes are no numbers or flags; null is an error. Paths are relative to \
        the file. Mappings of an extended manifest, the manifest and a profile merge by key; one variable, one provider and \
        every list is replaced whole.
        """

    private static let example = """
        version: 1
        env:
          OPENAI_API_KEY: [vaultfile:openai/api_key, env]
          GITHUB_TOKEN: env:GH_TOKEN
          DB_PASSWORD: { from: vault:secret/app#password, required: false }
          DATABASE_URL: { template: "postgres://app:${DB_PASSWORD}@db:5432/app" }
          TLS_KEY: { from: file:tls/key.pem, as: file }
          LOG_LEVEL: { value: debug }
        profiles:
          dev:
            env:
              DB_PASSWORD: { value: dev }
        """

    private static let references = """
        PROVIDER[:PATH][#FIELD][?OPTION=VALUE&...]. PROVIDER is a kind or a name from 'providers'. FIELD picks a key of a JSON \
        or key/value secret, or with /a/0/b what a JSON Pointer finds. #, ?, % and & are percent-encoded in PATH and FIELD.
        """
}
