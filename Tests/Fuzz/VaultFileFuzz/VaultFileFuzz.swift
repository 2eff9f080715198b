internal import FuzzTarget
internal import VaultFormat

/// Feeds the reader of vault files. What it accepts has to come back when it is written and read again.
@main
struct VaultFileFuzz: FuzzTarget {
    static func check(_ input: [UInt8]) {
        guard let file = try? VaultFile.parse(input, path: "fuzz.yaml") else { return }
        let again = try? VaultFile.parse(file.text, path: "fuzz.yaml")
        precondition(again == file, "a file that was written is read as another")
    }
}
