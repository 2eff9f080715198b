internal import AsyncHTTPClient
internal import CProcessShims
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import SecretMemory
internal import Synchronization

/// The network's one thread and its connections, shared by all providers of a run.
///
/// Nothing is started before the first request: a manifest that only reads the environment pays nothing for it.
final class HTTPEngine: Sendable {
    /// What an answer may hold; the largest secrets of the services are well below a mebibyte, batches below two.
    static let answerByteLimit = 4 << 20
    /// So that fifty reads over HTTP/1.1 take one round trip; over HTTP/2 they share one connection.
    private static let connectionsPerHost = 64
    /// libdispatch, which NIO ends its threads by, looks its own up there, and traps where it finds none.
    private static let hasProc = unsafe access("/proc/self/stat", R_OK) == 0

    private let state = Mutex(State())

    private struct State {
        var group: MultiThreadedEventLoopGroup?
        var clients: [Route: HTTPClient] = [:]
    }

    /// What connections have to have in common to be shared.
    private struct Route: Hashable {
        var transport: ObjectIdentifier
        var proxy: String?
        var kind: HTTPRequest.Target
        /// The host that a `tls_server_name` stands for.
        var renamedHost: String?
    }

    init() {}

    deinit {
        close()
    }

    /// Ends all connections and the thread. A later request starts anew.
    func close() {
        let (group, clients) = state.withLock { state in
            defer { state = State() }
            return (state.group, state.clients.values.map(\.self))
        }
        for client in clients {
            try? client.syncShutdown()
        }
        try? group?.syncShutdownGracefully()
    }

    /// Sends a request once, without following redirects.
    ///
    /// - Parameter timeout: for everything, from the look-up of the name to the last byte of the answer.
    func send(
        _ request: HTTPRequest,
        over transport: Transport,
        timeout: Duration
    ) async throws(HTTPFailure) -> HTTPAnswer {
        guard Self.hasProc else { throw .lacksProc }
        let message = try makeMessage(request, transport)
        // The body's copy in ordinary memory, held here so that it can be wiped when it was sent.
        let body = request.body.map { body in
            unsafe body.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        }
        defer { body.map(wipe) }
        let flight = Flight()
        let deadline = NIODeadline.now() + timeout.timeAmount
        let result: Result<HTTPAnswer, HTTPFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                var message = message
                message.body = body.map { .byteBuffer($0) }
                let task = client(for: request, over: transport).execute(
                    request: message,
                    delegate: AnswerCollector(byteLimit: Self.answerByteLimit),
                    deadline: deadline
                )
                flight.start(task)
                task.futureResult.whenComplete { result in
                    continuation.resume(returning: result.mapError { HTTPFailure($0) })
                }
            }
        } onCancel: {
            flight.cancel()
        }
        return try result.get()
    }

    private func makeMessage(
        _ request: HTTPRequest,
        _ transport: Transport
    ) throws(HTTPFailure) -> HTTPClient.Request {
        var headers = HTTPHeaders()
        for (name, value) in request.headers {
            switch value {
            case .text(let text): headers.add(name: name, value: text)
            // The client takes strings alone; this one lives until the request is sent and can't be wiped.
            case .secret(let secret): headers.add(name: name, value: secret.plainCopy())
            }
        }
        headers.add(name: "Accept", value: "*/*")
        headers.add(name: "User-Agent", value: "withsecrets")
        var address = request.address
        if address.scheme == .https, let name = transport.serverName {
            headers.add(name: "Host", value: address.hostAndPort)
            address.host = name
        }
        address.path = ""
        do {
            return try HTTPClient.Request(
                url: address.origin + request.fullTarget,
                method: HTTPMethod(rawValue: request.method.rawValue),
                headers: headers
            )
        } catch {
            throw .other
        }
    }

    private func client(for request: HTTPRequest, over transport: Transport) -> HTTPClient {
        let proxy = request.kind == .metadata ? nil : transport.proxies.proxy(for: request.address)
        let isRenamed = request.address.scheme == .https && transport.serverName != nil
        let route = Route(
            transport: ObjectIdentifier(transport),
            proxy: proxy?.description,
            kind: request.kind,
            renamedHost: isRenamed ? request.address.host : nil
        )
        return state.withLock { state in
            if let client = state.clients[route] { return client }
            let group = state.group ?? makeGroup()
            state.group = group
            var configuration = HTTPClient.Configuration(
                tlsConfiguration: transport.tls,
                redirectConfiguration: .disallow
            )
            configuration.timeout.connect =
                request.kind == .metadata ? .seconds(1) : transport.connectTimeout.timeAmount
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.connectionsPerHost
            configuration.proxy = proxy.map(clientProxy)
            if isRenamed, let name = transport.serverName {
                configuration.dnsOverride[name] = request.address.host
            }
            let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
            state.clients[route] = client
            return client
        }
    }

    /// The thread inherits the signal mask of whoever starts it; none of the process's signals are for it.
    private func makeGroup() -> MultiThreadedEventLoopGroup {
        ws_use_builtin_name_services()
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &before, nil) }
        return MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }
}

private func clientProxy(_ proxy: Proxy) -> HTTPClient.Configuration.Proxy {
    switch proxy.kind {
    case .socks:
        return .socksServer(host: proxy.host, port: proxy.port)
    case .http:
        // The client takes the credentials as a string alone, and keeps it as long as the connection.
        let authorization = proxy.credentials.map { credentials in
            var encoded = SecretBytes(capacity: 128)
            credentials.withBytes { encoded.append(base64: $0) }
            return HTTPClient.Authorization.basic(credentials: encoded.withBytes { plainText($0) })
        }
        return .server(host: proxy.host, port: proxy.port, authorization: authorization)
    }
}

/// A request on its way, which may be cancelled before it has begun.
private final class Flight: Sendable {
    private let state = Mutex<State>(.waiting)

    private enum State {
        case waiting, cancelled
        case flying(HTTPClient.Task<HTTPAnswer>)
    }

    func start(_ task: HTTPClient.Task<HTTPAnswer>) {
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .flying(task)
            return false
        }
        if isCancelled { task.fail(reason: HTTPFailure.cancelled) }
    }

    func cancel() {
        let task: HTTPClient.Task<HTTPAnswer>? = state.withLock { state in
            defer { state = .cancelled }
            guard case .flying(let task) = state else { return nil }
            return task
        }
        task?.fail(reason: HTTPFailure.cancelled)
    }
}

extension Duration {
    var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
