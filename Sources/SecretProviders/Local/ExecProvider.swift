internal import EventLoop
internal import ManifestFormat
internal import ProcessLaunch
internal import SecretMemory

/// `exec`: the standard output of a program, without one newline at its end unless `?raw=true`.
struct ExecProvider: SecretProvider {
    /// More output than this is a failure: 1 MiB.
    static let outputLimit = 1 << 20
    /// Programs that run at the same time; each may be as heavy as a command line tool of a cloud.
    static let concurrency = 16

    let configuration: ProviderConfiguration
    let context: ProviderContext

    func fetch(_ address: SecretAddress) async throws(ProviderError) -> Lookup {
        try address.checkOptions(["raw"])
        let isRaw = try address.isRaw
        guard let program = address.arguments.first, !program.isEmpty else {
            throw .noPath(address, of: "program")
        }
        guard !address.arguments.contains(where: { $0.utf8.contains(0) }) else { throw .nulInPath(address) }
        let run = HelperRun(
            arguments: address.arguments,
            folder: address.folder,
            outputLimit: Self.outputLimit,
            deadline: configuration.timeout.map { context.loop.now + $0 }
        )
        do throws(HelperRun.Failure) {
            var output = try await run.outcome(
                on: context.loop,
                environment: .ofHelpers(context),
                stderr: context.noteDetail.map { HelperMessages(label: address.label, note: $0) }
            )
            if !isRaw {
                output.trimOneNewline()
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
