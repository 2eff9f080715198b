import Glibc
import Testing

/// The scripts beside this file, each of whose tests runs the driver as people run programs: on a terminal, in a
/// pipeline, in a PID namespace, with a system call failing.
@Suite(.timeLimit(.minutes(15)))
struct ScriptTests {
    struct Case: CustomTestStringConvertible {
        var script: String
        var name: String
        var testDescription: String { "\(script): " + name.replacing("_", with: " ") }
    }

    @Test(.serialized, arguments: try cases(of: "terminals")) func onATerminal(_ test: Case) throws {
        try check(test)
    }

    @Test(.serialized, arguments: try cases(of: "processes")) func inAPipeline(_ test: Case) throws {
        try check(test)
    }

    @Test(.serialized, arguments: try cases(of: "containers")) func inAContainer(_ test: Case) throws {
        try check(test)
    }

    @Test(.serialized, arguments: try cases(of: "faults")) func underFaults(_ test: Case) throws {
        try check(test)
    }

    @Test(.serialized, arguments: try cases(of: "sessions")) func underOtherTerminals(_ test: Case) throws {
        try check(test)
    }

    @Test(.serialized, arguments: try cases(of: "seccomp")) func whereCallsAreForbidden(_ test: Case) throws {
        try check(test)
    }

    private func check(_ test: Case) throws {
        let (status, text) = try Self.python(test.script, [Self.driver, test.name])
        #expect(status == 0, "\(text.suffix(2000))")
    }

    private static func cases(of script: String) throws -> [Case] {
        let (status, text) = try python(script, ["--list"])
        let names = text.split(separator: "\n")
        try #require(status == 0 && !names.isEmpty, "\(script) names no tests: \(text)")
        return names.map { Case(script: script, name: String($0)) }
    }

    /// Beside the test bundle, where the package manager puts all executables.
    private static let driver: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
        let folder = bundle.split(separator: "/").prefix { !$0.hasSuffix(".xctest") }
        return folder.reduce("") { $0 + "/" + $1 } + "/ProcessDriver"
    }()

    /// The interpreter itself: what stands in PATH may be a slow script that looks for it.
    private static let interpreter =
        output(of: "python3 -c 'import sys; print(sys.executable, end=str())' < /dev/null").text

    private static func python(_ script: String, _ arguments: [String]) throws -> (Int32, String) {
        let scripts = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Scripts/"
        let command = ([interpreter, "-S", scripts + script + ".py"] + arguments).map { "'\($0)'" }.joined(
            separator: " "
        )
        return output(of: "exec \(command) 2>&1 < /dev/null")
    }

    private static func output(of command: String) -> (status: Int32, text: String) {
        guard let stream = unsafe popen(command, "r") else { return (-1, "") }
        var text = [UInt8]()
        while case let byte = unsafe getc(stream), byte != EOF { text.append(UInt8(byte)) }
        let status = unsafe pclose(stream)
        return (status, String(decoding: text, as: UTF8.self))
    }
}
