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

/// Writes bytes to a file, for peers.
func write(_ bytes: [UInt8], _ path: String) {
    guard let file = unsafe fopen(path, "w") else { preconditionFailure("cannot write \(path)") }
    unsafe bytes.withUnsafeBytes { unsafe _ = fwrite($0.baseAddress, 1, $0.count, file) }
    unsafe fclose(file)
}

func row(_ cells: [String]) { print("| " + cells.joined(separator: " | ") + " |") }

var corpus = Corpus(seed: 7)
let log = corpus.log(megabytes << 20)
let base64 = corpus.base64(megabytes << 20)
let pool = (0..<10_000).map { _ in corpus.secret() }

// `--write FOLDER`: the same texts and secrets for peers.
if let option = arguments.firstIndex(of: "--write"), option + 1 < arguments.endIndex {
    let folder = arguments[option + 1]
    write(log, folder + "/log")
    write(base64, folder + "/base64")
    write(Array(pool.joined(separator: "\n").utf8), folder + "/secrets")
    exit(0)
}

// `--secrets COUNT`: one set and log text alone, for a profiler.
if let option = arguments.firstIndex(of: "--secrets"), option + 1 < arguments.endIndex {
    let values = Array(pool.prefix(Int(arguments[option + 1]) ?? 0))
    let build = measure(5) { _ = automaton(values) } * 1000
    print("built in \(rounded(build, 2)) ms, \(rounded(throughput(automaton(values), log))) GB/s")
    exit(0)
}

row(["secrets", "log text, GB/s", "base64, GB/s", "built in, ms", "memory, MB"])
row([String](repeating: "---", count: 5))
for count in [1, 10, 20, 100, 1000, 10_000] {
    let values = Array(pool.prefix(count))
    let before = residentMegabytes()
    let built = automaton(values)
    let grown = residentMegabytes() - before
    let build = measure(count > 1000 ? 3 : 20) { _ = automaton(values) } * 1000
    row([
        "\(count)", rounded(throughput(built, log)), rounded(throughput(built, base64)), rounded(build, 2), "\(grown)",
    ])
}
for (label, extra) in [("100 and one of 6 bytes", ["q7Wx2p"]), ("100 and one of 3 bytes", ["q7W"])] {
    let built = automaton(pool.prefix(100) + extra)
    row([label, rounded(throughput(built, log)), rounded(throughput(built, base64)), "", ""])
}

print("")
row(["hard cases, 100 secrets", "GB/s"])
row(["---", "---"])
func hardCase(_ label: String, _ automaton: MaskAutomaton, _ piece: [UInt8]) {
    let text = Array((0..<((megabytes << 18) / piece.count)).map { _ in piece }.joined())
    row([label, rounded(throughput(automaton, text), 3)])
}
let nested = automaton([String(repeating: "a", count: 4095) + "b"])
hardCase("one secret `a{4095}b`, text of `a`", nested, [UInt8](repeating: UInt8(ascii: "a"), count: 4096))
let full = automaton(Array(pool.prefix(100)))
hardCase("the secrets themselves", full, Array(pool.prefix(100).joined(separator: "\n").utf8))
hardCase("the first 12 bytes of each", full, Array(pool.prefix(100).map { $0.prefix(12) }.joined(separator: " ").utf8))
let coloured = "\u{1B}[32mINFO\u{1B}[0m some text that is coloured \u{1B}[1;31mhere\u{1B}[0m and goes on\n"
hardCase("coloured lines", full, Array(coloured.utf8))
hardCase("JSON in lines of few bytes", full, Array("{\n  \"a\": [\n    1,\n    2\n  ]\n},\n".utf8))
