internal import ManifestFormat
internal import SecretMemory

/// `dotenv`: the variables of a file in the grammar of docs/references.md, `.env` in the manifest's folder by default.
struct DotenvProvider: SecretProvider {
    let configuration: ProviderConfiguration
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions([])
        let path = address.path.flatMap { $0.isEmpty ? nil : $0 } ?? ".env"
        let file = try localPath(path, of: address, context)
        guard let bytes = try await readLocalFile(file, of: address, configuration, context) else {
            return .absent(.noFile(file))
        }
        do throws(DotenvError) {
            let fields = try bytes.withBytes { bytes throws(DotenvError) in try parseDotenv(bytes) }
            return .found(SecretPayload(.fields(fields), origin: file))
        } catch {
            throw .malformedDotenv(address, file, error)
        }
    }
}
