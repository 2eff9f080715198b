internal import Diagnostics

/// What one kind of provider allows in its references.
extension ProviderKind {
    /// What the value of an option has to be.
    enum OptionValue {
        case flag
        case number
        case text

        func accepts(_ value: String) -> Bool {
            switch self {
            case .flag: value == "true" || value == "false"
            case .number: value.allSatisfy(\.isWholeNumber) && Int(value).map { $0 > 0 } == true
            case .text: !value.isEmpty
            }
        }

        var expectation: String {
            switch self {
            case .flag: "true or false"
            case .number: "a whole number from 1"
            case .text: "some text"
            }
        }
    }

    var knownOptions: [String: OptionValue] {
        switch self {
        case .env, .dotenv: [:]
        case .file, .exec: ["raw": .flag]
        case .vaultfile: ["version": .number]
        case .vault: ["version": .number, "method": .text, "params": .text]
        case .aws: ["stage": .text, "version": .text]
        case .ssm: ["version": .number, "label": .text]
        case .azure, .gcp: ["version": .text]
        }
    }

    package var optionNames: [String] { knownOptions.keys.sorted() }

    /// For a message about a reference that lacks its path, and for the manual.
    package var example: String {
        switch self {
        case .env: "env:NAME"
        case .vaultfile: "vaultfile:openai/api_key"
        case .file: "file:/run/secrets/api_key"
        case .dotenv: "dotenv:.env#NAME"
        case .exec: "exec:pass show api/key"
        case .vault: "vault:secret/app#password"
        case .aws: "aws:app/openai"
        case .ssm: "ssm:/app/openai"
        case .azure: "azure:my-vault/openai"
        case .gcp: "gcp:my-project/openai"
        }
    }

    /// Where a value lives, for the manual.
    package var summary: String {
        switch self {
        case .env: "An environment variable; without a name the one of the variable, and then its usual spellings"
        case .vaultfile: "The encrypted vault file"
        case .file: "The content of a file, without one newline at its end"
        case .dotenv: "A variable of a dotenv file"
        case .exec: "What a program prints, without one newline at its end; no shell"
        case .vault: "Vault or OpenBao: KV of both versions, and engines that make credentials"
        case .aws: "AWS Secrets Manager"
        case .ssm: "AWS Systems Manager Parameter Store"
        case .azure: "Azure Key Vault"
        case .gcp: "Google Secret Manager"
        }
    }
}

extension ReferenceParser {
    /// Checks a reference against the rules of its kind and fills in what the variable's name stands for.
    func check(
        _ reference: inout SecretReference,
        kind: ProviderKind,
        for variable: String?
    ) throws(ManifestProblem) {
        let known = kind.knownOptions
        for (option, value) in reference.address.options.sorted(by: { $0.key < $1.key }) {
            guard let expected = known[option] else {
                let suggestion = nearestName(to: option, among: known.keys.sorted())
                throw ManifestProblem(.unknownOption(option, suggestion: suggestion, known: known.keys.sorted()))
            }
            guard expected.accepts(value) else {
                throw ManifestProblem(.badOptionValue(option: option, expected: expected.expectation))
            }
        }
        switch kind {
        case .env:
            reference.address.path = reference.address.path ?? variable
        case .dotenv:
            if reference.field == nil, let variable { reference.field = .name(variable) }
            reference.address.path = reference.address.path ?? ".env"
        default:
            break
        }
        guard reference.address.path != nil else {
            throw ManifestProblem(.missingPath(provider: reference.address.provider, example: kind.example))
        }
    }
}
