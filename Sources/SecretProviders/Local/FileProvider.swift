internal import EventLoop
internal import ManifestFormat
internal import SecretMemory

/// `file`: the bytes of a file, without one newline at their end unless `?raw=true`.
struct FileProvider: SecretProvider {
    let configuration: ProviderConfiguration
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions(["raw"])
        let isRaw = try address.isRaw
        guard let path = address.path, !path.isEmpty else { throw .noPath(address, of: "file") }
        let file = try localPath(path, of: address, context)
        guard var bytes = try await readLocalFile(file, of: address, configuration, context) else {
            return .absent(.noFile(file))
        }
        if !isRaw {
            bytes.trimOneNewline()
        }
        return .found(SecretPayload(.text(Secret(bytes)), origin: file))
    }
}

/// Reads a file for a provider, with the provider's time limit; the run's ends the task.
func readLocalFile(
    _ file: String,
    of address: SecretAddress,
    _ configuration: ProviderConfiguration,
    _ context: ProviderContext
) async throws(ProviderError) -> SecretBytes? {
    let deadline = configuration.timeout.map { context.loop.now + $0 }
    do throws(FileReader.Failure) {
        return try await FileReader(loop: context.loop, deadline: deadline).read(file)
    } catch {
        throw .unreadableFile(address, file, error, limit: configuration.timeout)
    }
}
