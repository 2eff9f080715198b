import Glibc
import TestSupport

@testable import OutputMasking

extension SeededGenerator {
    mutating func isLucky(oneIn count: Int) -> Bool {
        below(count) == 0
    }

    mutating func element(of bytes: [UInt8]) -> UInt8 {
        bytes[below(bytes.count)]
    }

    mutating func bytes(_ count: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in element(of: alphabet) }
    }
}

extension Masker {
    /// The output for `stream`, cut at `cuts`; before a position of `pauses` the stream pauses.
    func output(for stream: [UInt8], cutAt cuts: [Int] = [], pauses: [Int] = []) -> [UInt8] {
        var result: [UInt8] = []
        let collect = { (piece: UnsafeRawBufferPointer) in unsafe result.append(contentsOf: piece) }
        var start = 0
        for cut in Set(cuts + pauses).sorted() + [stream.count] {
            let chunk = Array(stream[start..<cut])
            unsafe chunk.withUnsafeBytes { unsafe consume($0, emit: collect) }
            start = cut
            if pauses.contains(cut) { unsafe releaseIdle(emit: collect) }
        }
        unsafe finish(emit: collect)
        return result
    }
}

/// The seed of a property test: always the same ones, so that what passed passes again, and with
/// `WITHSECRETS_TEST_SEED=random` one that nobody has tried yet. Failures print it; a number tries that one again.
func propertySeed() -> UInt64 {
    guard let text = unsafe getenv("WITHSECRETS_TEST_SEED") else { return 20_261_121 }
    return unsafe UInt64(String(cString: text)) ?? UInt64.random(in: 0 ... .max)
}
