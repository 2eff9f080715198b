internal import SecretMemory

/// One request, before it is known how it travels.
struct HTTPRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET", post = "POST", put = "PUT", list = "LIST"
    }

    enum HeaderValue: Sendable {
        case text(String)
        /// A token or what else must not be seen; it becomes a string at the last moment, for the client takes no less.
        case secret(Secret)
    }

    /// What kind of place is asked, which decides what may be done on the way.
    enum Target: Hashable, Sendable {
        case service
        /// A cloud's metadata service on a link-local address or this machine: plain http, no proxy, a second to connect.
        case metadata
    }

    var method: Method
    var address: WebAddress
    /// Behind the address's path: percent-encoded, from its `/` on, with the query.
    var target: String
    var headers: [(name: String, value: HeaderValue)] = []
    var body: Secret?
    var kind = Target.service
    /// Whether asking twice does no harm. Without it a request is repeated only where it can't have arrived, or was
    /// turned away.
    var isRepeatable = true
    /// Whether a 307 may be followed, once, within the bounds of `HTTPAnswer.redirection(of:)`.
    var followsRedirection = false
    /// Answers that may be others a moment later, besides 429 and 5xx.
    var mayPass: @Sendable (HTTPAnswer) -> Bool = { _ in false }

    init(_ method: Method, _ address: WebAddress, _ target: String) {
        self.method = method
        self.address = address
        self.target = target
    }

    mutating func set(_ name: String, _ text: String) {
        headers.append((name, .text(text)))
    }

    mutating func set(_ name: String, _ secret: Secret) {
        headers.append((name, .secret(secret)))
    }

    /// `Authorization: Bearer TOKEN` (RFC 6750 §2.1).
    mutating func setBearer(_ token: Secret) {
        var value = SecretBytes(copying: "Bearer ")
        value.append(token)
        set("Authorization", Secret(value))
    }

    mutating func setJSON(_ json: JSONBody) {
        body = json.encoded()
        set("Content-Type", "application/json")
    }

    mutating func setForm(_ form: FormBody) {
        body = form.encoded()
        set("Content-Type", "application/x-www-form-urlencoded")
    }

    /// As the request line has it, the address's path in front.
    var fullTarget: String { address.path + target }
}
