import EventLoop
import SecretMemory
import SecretProviders

@testable import RemoteProviders

/// A request that a fake server saw.
struct SeenRequest {
    var method: String
    var path: String
    var query: String
    var headers: [String: String]
    var body: String
}

extension FakeServer {
    /// What the server was asked so far, in order.
    func log() throws -> [SeenRequest] {
        let test = RemoteTest()
        let loop = EventLoop()
        let body: Secret? = loop.runBlocking { [self] in
            guard let transport = try? await Transport(TransportOptions(), for: "log", test.context(loop)),
                let address = WebAddress(self.address)
            else { return nil }
            let service = HTTPService(name: "log", engine: test.session.engine, transport: transport, loop: loop)
            return try? await service.send(HTTPRequest(.get, address, "/__log")).body
        }
        guard let body else { throw Failure() }
        return try JSONValue(parsing: body).elements.map { entry in
            let headers = (entry.member("headers")?.members ?? []).map { ($0.name, $0.value.publicText ?? "") }
            return SeenRequest(
                method: entry.member("method")?.publicText ?? "",
                path: entry.member("path")?.publicText ?? "",
                query: entry.member("query")?.publicText ?? "",
                headers: Dictionary(uniqueKeysWithValues: headers),
                body: entry.member("body")?.publicText ?? ""
            )
        }
    }
}
