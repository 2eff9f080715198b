import SecretMemory
import TestSupport
import Testing

@testable import VaultFormat

/// The fast reader agrees with the YAML reader wherever it says anything.
struct CanonicalSecretsTests {
    private func manySecrets() throws -> VaultFile {
        var vault = try sampleVault()
        for (index, name) in ["1", "true", "a-b/c", "z.z/y@x", "_/_", "A/B", "B", "null"].enumerated() {
            for version in 0...index % 4 {
                try vault.set(
                    name,
                    to: Secret(copying: "\(name) \(version)"),
                    expires: index % 2 == 0 ? .clear : .set(.start),
                    description: index % 3 == 0 ? .set("number \(index): x") : .clear,
                    at: .start
                )
            }
        }
        try vault.annotate("openai/api_key", description: .set("plain"))
        return vault.finished(generation: 18)
    }

    @Test func whatWeWriteIsReadFast() throws {
        let file = try manySecrets()
        #expect(CanonicalSecrets.read(file.text)?.secrets == file.secrets)
        #expect(try VaultFileReader.read(file.text, path: "v") == file)
        #expect(try VaultFileReader.readYAML(file.text.span, path: "v") == file)
    }

    @Test func whatHasEscapesIsLeftToYAML() throws {
        let file = try sampleVault().file
        #expect(CanonicalSecrets.read(file.text) == nil)
        #expect(try VaultFileReader.read(file.text, path: "v") == file)
    }

    @Test(arguments: UInt64(1)...8)
    func whateverIsReadFastIsReadAlikeByYAML(seed: UInt64) throws {
        let random = SeededBytes(seed: seed)
        let text = try manySecrets().text
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        var readFast = 0
        for _ in 0..<300 {
            var changed = text
            switch random.below(4) {
            case 0: changed[random.below(text.count)] ^= 1 << UInt8(random.below(8))
            case 1: changed[random.below(text.count)] = Array(" :\n\"'#0-aZ/=|&".utf8)[random.below(14)]
            case 2:
                var swapped = lines
                swapped.swapAt(random.below(lines.count), random.below(lines.count))
                changed = Array(swapped.joined(separator: [0x0A]))
            default:
                var doubled = lines
                doubled.insert(lines[random.below(lines.count)], at: random.below(lines.count))
                changed = Array(doubled.joined(separator: [0x0A]))
            }
            guard let (secrets, rest) = CanonicalSecrets.read(changed),
                var fast = try? VaultFileReader.readYAML(rest.span, path: "v")
            else { continue }
            fast.secrets = secrets
            readFast += 1
            let slow = try? VaultFileReader.readYAML(changed.span, path: "v")
            #expect(slow == fast, "seed \(seed)")
        }
        #expect(readFast > 0)
    }
}
