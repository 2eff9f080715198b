internal import ArgumentParser
internal import ManifestFormat

/// `withsecrets schema`: prints the JSON Schema of the manifest, for editors.
struct SchemaCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the manifest's JSON Schema, for editors.",
        discussion: """
            An editor that speaks YAML's language server completes keys and marks mistakes where the manifest has this line:
            # yaml-language-server: $schema=withsecrets.schema.json

            EXAMPLES:
              withsecrets schema > withsecrets.schema.json
            """
    )

    func perform() -> Int32 {
        printing(ManifestSchema.text)
    }
}
