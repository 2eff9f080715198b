/// Sebastiano Vigna's SplitMix64: a generator whose whole state is its seed, so that what failed can be run again.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `limit`, exclusive.
    package mutating func below(_ limit: Int) -> Int {
        Int(truncatingIfNeeded: next() % UInt64(limit))
    }
}

/// The same a byte at a time, for closures that share it: one after another, never at once.
package final class SeededBytes: @unchecked Sendable {
    private var generator: SeededGenerator

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    package func next() -> UInt8 { UInt8(truncatingIfNeeded: generator.next() >> 24) }

    package func below(_ limit: Int) -> Int { generator.below(limit) }
}
