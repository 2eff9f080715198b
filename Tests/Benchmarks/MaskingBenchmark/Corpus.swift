/// Made-up secrets and texts, the same on every machine.
struct Corpus {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(limit))
    }

    mutating func text(_ count: Int, from alphabet: [UInt8]) -> String {
        String(decoding: (0..<count).map { _ in alphabet[below(alphabet.count)] }, as: UTF8.self)
    }

    static let alphanumerics = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A secret of 16 to 40 bytes: most are letters and digits, every fourth has other characters.
    mutating func secret() -> String {
        let count = 16 + below(25)
        let isPlain = below(4) != 0
        return text(count, from: Self.alphanumerics + (isPlain ? [] : Array("/+=!$%&-_.".utf8)))
    }

    /// Lines of a web server's log, some 110 bytes each.
    mutating func log(_ count: Int) -> [UInt8] {
        let levels = ["INFO ", "DEBUG", "WARN ", "ERROR"]
        let paths = ["/api/v1/users", "/healthz", "/static/app.js", "/api/v1/orders/search", "/login"]
        var result: [UInt8] = []
        result.reserveCapacity(count + 200)
        while result.count < count {
            let line = """
                2026-11-21T04:\(10 + below(50)):\(10 + below(50)).\(100 + below(900))Z \(levels[below(4)]) http: \
                GET \(paths[below(5)])?page=\(below(1000)) \(200 + below(300)) \(below(100_000)) bytes in \
                \(below(1000)) ms request=\(String(next(), radix: 16))

                """
            result += line.utf8
        }
        return Array(result.prefix(count))
    }

    /// Base64 in lines of 76.
    mutating func base64(_ count: Int) -> [UInt8] {
        let alphabet = Self.alphanumerics + Array("+/".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(count + 77)
        while result.count < count {
            for _ in 0..<76 { result.append(alphabet[below(64)]) }
            result.append(0x0A)
        }
        return Array(result.prefix(count))
    }
}
