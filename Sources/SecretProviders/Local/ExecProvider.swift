internal import EventLoop
internal import ManifestFormat
internal import SecretMemory

/// `exec`: the standard output of a program, without one newline at its end unless `?raw=true`.
struct ExecProvider: SecretProvider {
    /// More output than this is a failure: 1 MiB.
    static let outputLimit = 1 << 20
    /// Programs that run at the same time; each may be as heavy as a command line tool of a cloud.
    static let concurrency = 16
    /// Where PATH is not set, as execvp has it.
    private static let defaultSearchPath = "/bin:/usr/bin"

    let configuration: ProviderConfiguration
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions(["raw"])
        let isRaw = try address.isRaw
        guard let program = address.arguments.first, !program.isEmpty else {
            throw .noPath(address, of: "program")
        }
        guard !address.arguments.contains(where: { $0.utf8.contains(0) }) else { throw .nulInPath(address) }
        let process = HelperProcess(
            arguments: address.arguments,
            folder: address.folder,
            searchPath: context.text(of: "PATH") ?? Self.defaultSearchPath,
            outputLimit: Self.outputLimit,
            deadline: configuration.timeout.map { context.loop.now + $0 }
        )
        do throws(HelperProcess.Failure) {
            var output = try await process.run(
                on: context.loop,
                environment: HelperEnvironment(context),
                stderr: context.noteDetail.map { HelperMessages(label: address.label, note: $0) }
            )
            if !isRaw {
                output.trimNewline()
            }
            return .found(SecretPayload(.text(Secret(output))))
        } catch {
            throw .helperFailed(address, error, limit: configuration.timeout)
        }
    }

    func fetch(all addresses: [SecretAddress], answer: @escaping Answer) async {
        await fetch(all: addresses, atATime: Self.concurrency, answer: answer)
    }
}
