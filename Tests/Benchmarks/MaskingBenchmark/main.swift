import Glibc
import OutputMasking
import SecretMemory

let arguments = CommandLine.arguments.dropFirst()
let isQuick = arguments.contains("--quick")
let megabytes = isQuick ? 16 : 64

/// The least time of several runs, in seconds.
func measure(_ runs: Int, _ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
        let clock = ContinuousClock()
        let time = clock.measure(body)
        best = min(best, Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds))
    }
    return best
}

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func rounded(_ value: Double, _ digits: Int = 2) -> String {
    let scale = [1.0, 10, 100, 1000][digits]
    return "\((value * scale).rounded() / scale)"
}

/// Reads `text` in pieces of 64 KiB as a relay would, and returns gigabytes a second.
func throughput(_ automaton: MaskAutomaton, _ text: [UInt8]) -> Double {
    var written = 0
    let seconds = measure(isQuick ? 3 : 5) {
        let masker = Masker(automaton)
        unsafe text.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = min(start + 65_536, bytes.count)
                unsafe masker.consume(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) { written += $0.count }
                start = end
            }
        }
        unsafe masker.finish { written += $0.count }
    }
    precondition(written > 0)
    return Double(text.count) / seconds / 1e9
}

func automaton(_ values: [String]) -> MaskAutomaton {
    let secrets = values.enumerated().map { MaskedSecret(name: "S\($0.offset)", value: Secret(copying: $0.element)) }
    do {
        return try MaskAutomaton(secrets)
    } catch {
        preconditionFailure("\(error)")
    }
}

func residentMegabytes() -> Int {
    #if os(Linux)
    guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, 128, file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 / 1_000_000 : 0
    #else
    return 0
    #endif
}

var corpus = Corpus(seed: 7)
let log = corpus.log(megabytes << 20)
let base64 = corpus.base64(megabytes << 20)
let pool = (0..<10_000).map { _ in corpus.secret() }

print("engine, GB/s, chunks of 64 KiB")
print(column("secrets", 24) + column("log", 10) + column("base64", 10) + column("build ms", 12) + column("MB", 8))
for count in [1, 10, 20, 100, 1000, 10_000] {
    let values = Array(pool.prefix(count))
    let before = residentMegabytes()
    let built = automaton(values)
    let grown = residentMegabytes() - before
    let build = measure(count > 1000 ? 3 : 20) { _ = automaton(values) } * 1000
    print(
        column("\(count)", 24) + column(rounded(throughput(built, log)), 10)
            + column(rounded(throughput(built, base64)), 10) + column(rounded(build, 3), 12) + column("\(grown)", 8)
    )
}
for (label, extra) in [("100 and one of 6 bytes", ["q7Wx2p"]), ("100 and one of 3 bytes", ["q7W"])] {
    let built = automaton(pool.prefix(100) + extra)
    print(
        column(label, 24) + column(rounded(throughput(built, log)), 10) + column(rounded(throughput(built, base64)), 10)
    )
}

print("worst cases, GB/s")
let repeated = [UInt8](repeating: UInt8(ascii: "a"), count: megabytes << 18)
let nested = automaton([String(repeating: "a", count: 4095) + "b"])
print(column("a{4095}b in a…", 24) + column(rounded(throughput(nested, repeated), 3), 10))
let full = automaton(Array(pool.prefix(100)))
let secretText = Array(pool.prefix(100).joined(separator: "\n").utf8)
let dense = Array((0..<((megabytes << 18) / secretText.count)).map { _ in secretText }.joined())
print(column("secrets alone", 24) + column(rounded(throughput(full, dense), 3), 10))
let heads = Array(pool.prefix(100).map { $0.prefix(12) }.joined(separator: " ").utf8)
let starts = Array((0..<((megabytes << 18) / heads.count)).map { _ in heads }.joined())
print(column("starts alone", 24) + column(rounded(throughput(full, starts), 3), 10))
let coloured = Array("\u{1B}[32mINFO\u{1B}[0m some text that is coloured \u{1B}[1;31mhere\u{1B}[0m and goes on\n".utf8)
let colours = Array((0..<((megabytes << 18) / coloured.count)).map { _ in coloured }.joined())
print(column("coloured lines", 24) + column(rounded(throughput(full, colours), 3), 10))
let brackets = Array("{\n  \"a\": [\n    1,\n    2\n  ]\n},\n".utf8)
let short = Array((0..<((megabytes << 18) / brackets.count)).map { _ in brackets }.joined())
print(column("lines of few bytes", 24) + column(rounded(throughput(full, short), 3), 10))
