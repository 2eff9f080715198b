/// The JSON Schema of the manifest (draft 7, which every editor knows), made of the keys that the parser reads.
///
/// It never refuses what the parser takes, but for `{ NAME: LINE }` where NAME is an `exec` provider of the user's own:
/// there the schema wants a list of words, since it would take every mistyped key otherwise. What it cannot tell is left
/// to `check`: names that are declared elsewhere, options of references, regular expressions, templates, duplicate keys.
package enum ManifestSchema {
    /// The document, without a newline at the end.
    package static var text: String { document.text() }

    private static var document: SchemaValue {
        let head: SchemaValue = [
            "$schema": "http://json-schema.org/draft-07/schema#", "title": "withsecrets manifest, version 1",
        ]
        return head.adding(membersOf: object(ManifestKeys.manifest)).adding("definitions", definitions)
    }

    private static var definitions: SchemaValue {
        let own: [SchemaValue.Member] = [
            .init(name: "text", value: scalar(matching: #"^[^\u0000]*$"#)),
            .init(name: "maskText", value: scalar(matching: #"^[^\u0000-\u001f\u007f-\u009f]*$"#)),
            .init(name: "flag", value: ["enum": [true, false, "true", "false"]]),
            .init(name: "duration", value: ["type": "string", "pattern": "^([0-9]{1,9}(ms|s|m|h|d|w))+$"]),
            .init(name: "count", value: wholeNumber(pattern: #"^\+?0*[1-9][0-9]*$"#, minimum: 1)),
            .init(name: "userID", value: wholeNumber(pattern: #"^\+?[0-9]+$"#, minimum: 0)),
            .init(name: "mode", value: mode),
            .init(name: "globs", value: oneOrMore("#/definitions/text")),
            .init(name: "namePrefix", value: namePrefix),
            .init(name: "reference", value: ["type": "string", "pattern": .string(reference)]),
            .init(name: "command", value: command),
            .init(name: "step", value: ["anyOf": [link("reference"), link("command")]]),
            .init(name: "chain", value: ["anyOf": [link("step"), nonEmptyList(of: link("step"))]]),
            .init(name: "textOrSecret", value: ["anyOf": [link("text"), link("chain")]]),
            .init(name: "delivery", value: delivery),
            .init(name: "variable", value: variable),
            .init(name: "variables", value: named(pattern: variableName, link("variable"))),
            .init(name: "group", value: object(ManifestKeys.group)),
            .init(name: "groups", value: ["anyOf": [link("group"), ["type": "array", "items": link("group")]]]),
            .init(name: "providers", value: providers),
            .init(name: "profiles", value: ["type": "object", "additionalProperties": link("profile")]),
            .init(name: "profile", value: object(ManifestKeys.layer)),
        ]
        let kinds = ProviderKind.allCases.map { kind in
            SchemaValue.Member(name: definitionName(of: kind), value: settings(of: kind))
        }
        return .object(own + kinds)
    }

    /// Which the owner may read, so that digits of 4 to 7 come first.
    private static let mode = wholeNumber(pattern: #"^\+?0*[4-7][0-7]{2}$"#, minimum: 400).adding("maximum", 777)
    private static let namePrefix: SchemaValue = [
        "type": ["string", "boolean"], "pattern": .string("^$|\(variableName)"),
    ]

    /// As `isVariableName`, and none of ours.
    private static let variableName = "^(?!WITHSECRETS_)[A-Za-z_][A-Za-z0-9_]*$"
    private static let providerName = "^[A-Za-z][A-Za-z0-9_-]*$"
    /// `PROVIDER[:PATH][#FIELD][?OPTION=VALUE]`: the rest depends on PROVIDER.
    private static let reference = #"^[A-Za-z][A-Za-z0-9_-]*([:#?][^\u0000]*)?$"#
}

// MARK: - Shapes

extension ManifestSchema {
    private static func schema(of shape: ManifestShape) -> SchemaValue {
        switch shape {
        case .version: ["enum": [1, "1"]]
        case .text, .path: link("text")
        case .form(let form): scalar(matching: form.pattern)
        case .maskText: link("maskText")
        case .flag: link("flag")
        case .duration: link("duration")
        case .count: link("count")
        case .userID: link("userID")
        case .mode: link("mode")
        case .choice(let words): ["enum": .array(words.map { .string($0) })]
        case .globs: link("globs")
        case .namePrefix: link("namePrefix")
        case .chain, .secret: link("chain")
        case .command: oneOrMore("#/definitions/text")
        case .textOrSecret: link("textOrSecret")
        case .delivery: link("delivery")
        case .variables: link("variables")
        case .groups: link("groups")
        case .providers: link("providers")
        case .authentication: ["type": "object"]  // each kind has its own
        case .profiles: link("profiles")
        case .mapping(let keys): object(keys)
        }
    }

    private static func object(_ keys: [ManifestKey], shapes: [String: SchemaValue] = [:]) -> SchemaValue {
        let properties = keys.map { key in
            SchemaValue.Member(
                name: key.name,
                value: described(shapes[key.name] ?? self.schema(of: key.shape), by: key)
            )
        }
        let required = keys.filter(\.isRequired).map { SchemaValue.string($0.name) }
        var schema: SchemaValue = ["type": "object", "additionalProperties": false, "properties": .object(properties)]
        if !required.isEmpty { schema = schema.adding("required", .array(required)) }
        return schema
    }

    /// Draft 7 ignores what stands beside `$ref`, and editors do not, so it is wrapped for the former.
    private static func described(_ schema: SchemaValue, by key: ManifestKey) -> SchemaValue {
        let standard = key.standard.map { ". Default: \($0)" } ?? ""
        let description = SchemaValue.string(key.summary + standard)
        guard case .object(let members) = schema, members.first?.name == "$ref" else {
            return schema.adding("description", description)
        }
        return ["description": description, "allOf": [schema]]
    }

    private static func link(_ name: String) -> SchemaValue {
        ["$ref": .string("#/definitions/\(name)")]
    }

    /// A scalar, as YAML reads it; the pattern is for those that are text there, too.
    private static func scalar(matching pattern: String) -> SchemaValue {
        ["type": ["string", "number", "boolean"], "pattern": .string(pattern)]
    }

    private static func wholeNumber(pattern: String, minimum: Int) -> SchemaValue {
        ["type": ["integer", "string"], "minimum": .number(minimum), "pattern": .string(pattern)]
    }

    private static func oneOrMore(_ definition: String) -> SchemaValue {
        let element: SchemaValue = ["$ref": .string(definition)]
        return ["anyOf": [element, ["type": "array", "items": element]]]
    }

    private static func nonEmptyList(of element: SchemaValue) -> SchemaValue {
        ["type": "array", "minItems": 1, "items": element]
    }

    private static func named(pattern: String, _ value: SchemaValue) -> SchemaValue {
        ["type": "object", "propertyNames": ["pattern": .string(pattern)], "additionalProperties": value]
    }
}

// MARK: - Variables

extension ManifestSchema {
    /// `{ exec: LINE }`, `{ exec: [PROGRAM, ARG] }`, or a list under the name of an `exec` provider.
    private static var command: SchemaValue {
        let words = nonEmptyList(of: link("text"))
        let longForm = SchemaValue.array(ManifestKeys.variable.map { .string($0.name) })
        return [
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "propertyNames": ["pattern": .string(providerName), "not": ["enum": longForm]],
            "properties": ["exec": ["anyOf": [scalar(matching: #"[^ \t\n]"#), words]]],
            "additionalProperties": words,
        ]
    }

    private static var delivery: SchemaValue {
        [
            "anyOf": [
                ["enum": ["env", "file"]],
                [
                    "type": "object", "additionalProperties": false,
                    "properties": ["file": object(ManifestKeys.file)],
                ],
            ]
        ]
    }

    private static var variable: SchemaValue {
        let sources: [SchemaValue] = ["from", "template", "value"].map { ["required": [.string($0)]] }
        let longForm = object(ManifestKeys.variable).adding("oneOf", .array(sources))
        return ["anyOf": [link("reference"), nonEmptyList(of: link("step")), link("command"), longForm]]
    }
}

// MARK: - Providers

extension ManifestSchema {
    private static func definitionName(of kind: ProviderKind) -> String { "provider-\(kind.rawValue)" }

    private static func settings(of kind: ProviderKind) -> SchemaValue {
        let shapes: [String: SchemaValue] = [
            "auth": object(ProviderKey.authenticationKeys(for: kind)), "kind": ["const": .string(kind.rawValue)],
        ]
        return object(ProviderKey.keys(for: kind), shapes: shapes)
    }

    /// A kind's own name says its kind; others have to.
    private static var providers: SchemaValue {
        let kinds = ProviderKind.allCases
        let choices = kinds.map { kind -> SchemaValue in
            [
                "if": ["properties": ["kind": ["const": .string(kind.rawValue)]]],
                "then": link(definitionName(of: kind)),
            ]
        }
        return [
            "type": "object", "propertyNames": ["pattern": .string(providerName)],
            "properties": .object(kinds.map { .init(name: $0.rawValue, value: link(definitionName(of: $0))) }),
            "additionalProperties": [
                "type": "object", "required": ["kind"],
                "properties": ["kind": ["enum": .array(kinds.map { .string($0.rawValue) })]],
                "allOf": .array(choices),
            ],
        ]
    }
}
