internal import Diagnostics
internal import Glibc
internal import SecretMemory
internal import VaultFormat

// A writer for tests of crashes and of the measured cost of one command:
//
//     VaultWriter set PATH PREFIX COUNT     sets PREFIX/0 to PREFIX/COUNT-1, a line of output after each
//     VaultWriter get PATH NAME             reads one secret and prints the length of its value
//
// The identity is the one in WITHSECRETS_IDENTITY.

func say(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

func run(_ words: [String]) throws(VaultError) {
    let unlocker = VaultUnlocker()
    switch words.first {
    case "set" where words.count == 4:
        for number in 0..<(Int(words[3]) ?? 0) {
            let name = "\(words[2])/\(number)"
            try VaultStore.update(words[1], with: unlocker) { (vault) throws(VaultError) in
                try vault.set(name, to: Secret(copying: "value of \(name)"))
            }
            say(name)
        }
    case "get" where words.count == 3:
        let vault = try VaultStore.open(words[1], with: unlocker)
        say("\(try vault.value(of: words[2]).count)")
    default:
        exit(64)
    }
}

do throws(VaultError) {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch {
    for diagnostic in error.diagnostics.all {
        let line = Array(
            "\(diagnostic.subject ?? ""): \(diagnostic.message); \(diagnostic.hints.joined(separator: "; "))\n".utf8
        )
        _ = unsafe write(STDERR_FILENO, line, line.count)
    }
    exit(125)
}
