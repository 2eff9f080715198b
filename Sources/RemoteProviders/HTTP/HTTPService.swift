internal import EventLoop
internal import ManifestFormat
internal import SecretMemory
internal import SecretProviders

/// What a provider asks its service through: it repeats what may pass, and puts failures into words.
struct HTTPService: Sendable {
    /// The provider's name, for messages.
    let name: String
    let engine: HTTPEngine
    let transport: Transport
    let loop: EventLoop
    var journal: RouteJournal?
    var retries = RetryPolicy()

    /// - Returns: a whole answer, whatever its status; one that may pass only after the last repetition.
    ///
    /// - Parameter read: what is read by it, for `explain`.
    func send(
        _ request: HTTPRequest,
        reading read: SecretAddress? = nil
    ) async throws(ProviderError) -> HTTPAnswer {
        journal?.note(request.address, over: transport, isMetadata: request.kind == .metadata, read: read)
        try checkScheme(of: request)
        for case (let header, .secret(let secret)) in request.headers
        where !secret.withBytes({ bytes in bytes.indices.allSatisfy { (0x20...0x7E).contains(bytes[$0]) } }) {
            throw .noHeaderText(name, header)
        }
        var request = request
        let deadline = loop.now + transport.timeout
        var attempt = 1
        while true {
            let remaining = deadline - loop.now
            let pause: Duration?
            let trouble: ProviderError
            do throws(HTTPFailure) {
                guard remaining > .zero else { throw .timedOut }
                let timeout = request.kind == .metadata ? min(remaining, .seconds(5)) : remaining
                let answer = try await engine.send(request, over: transport, timeout: timeout)
                if let address = answer.redirection(of: request) {
                    request.address = address
                    request.followsRedirection = false
                    journal?.note(address, over: transport, read: read)
                    continue
                }
                let mayPass = RetryPolicy.mayPass(status: answer.status) || request.mayPass(answer)
                pause = mayPass ? self.pause(after: attempt, retryAfter: answer.retryAfter) : nil
                guard let pause, loop.now + pause < deadline else {
                    journal?.note(trouble: nil)
                    return answer
                }
                trouble = .status(answer, name, request.address)
            } catch {
                pause =
                    error.mayPass && (request.isRepeatable || error.isBeforeSending)
                    ? self.pause(after: request.kind == .metadata ? retries.attempts : attempt, retryAfter: nil) : nil
                trouble = .http(error, name, request, transport)
                guard let pause, loop.now + pause < deadline else { throw trouble }
            }
            journal?.note(trouble: trouble.message)
            guard let pause, await loop.sleep(until: loop.now + pause) == .expired else {
                throw .http(.cancelled, name, request, transport)
            }
            attempt += 1
        }
    }

    /// The same, waiting on another thread's loop.
    func on(_ loop: EventLoop) -> HTTPService {
        HTTPService(name: name, engine: engine, transport: transport, loop: loop, retries: retries)
    }

    private func pause(after attempt: Int, retryAfter: Duration?) -> Duration? {
        retries.pause(after: attempt, retryAfter: retryAfter, random: Double.random(in: 0...1))
    }

    /// Tokens and values travel in the open over plain http, so only to this machine, or where it is asked for.
    private func checkScheme(of request: HTTPRequest) throws(ProviderError) {
        guard request.address.scheme == .http, !request.address.isLoopback, request.kind != .metadata,
            !transport.allowsPlainHTTP
        else { return }
        throw .plainHTTP(name, request.address)
    }
}
