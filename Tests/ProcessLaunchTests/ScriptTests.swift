import Glibc
import Testing

/// The scripts beside this file, each of whose tests runs the driver as people run programs: on a terminal, in a
/// pipeline, in a PID namespace, with a system call failing.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ScriptTests {
    struct Case: CustomTestStringConvertible {
        var script: String
        var name: String
        var testDescription: String { "\(script): " + name.replacing("_", with: " ") }
    }

    @Test(arguments: try cases(of: "terminals")) func onATerminal(_ test: Case) throws {
        try check(test)
    }

    @Test(arguments: try cases(of: "processes")) func inAPipeline(_ test: Case) throws {
        try check(test)
    }

    @Test(arguments: try cases(of: "containers")) func inAContainer(_ test: Case) throws {
        try check(test)
    }

    @Test(arguments: try cases(of: "faults")) func underFaults(_ test: Case) throws {
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
    private static var driver: String {
        var path = [UInt8](repeating: 0, count: 4096)
        let count = path.withUnsafeMutableBytes { unsafe readlink("/proc/self/exe", $0.baseAddress, $0.count) }
        let words = CommandLine.arguments.first { $0.hasSuffix(".xctest") || $0.contains(".xctest/") }
        let own = words ?? String(decoding: path[..<max(0, count)], as: UTF8.self)
        let folder = own.prefix(upTo: own.range(of: "/withsecretsPackageTests.xctest")?.lowerBound ?? own.endIndex)
        return folder + "/ProcessDriver"
    }

    private static func python(_ script: String, _ arguments: [String]) throws -> (Int32, String) {
        let scripts = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Scripts/"
        let command = (["python3", scripts + script + ".py"] + arguments).map { "'\($0)'" }.joined(separator: " ")
        // `exec` and a log of its own: nothing that a test leaves running may keep the pipe open.
        guard let stream = unsafe popen("exec \(command) 2>&1 < /dev/null", "r") else { return (-1, "no python3") }
        var text = [UInt8]()
        while case let byte = unsafe getc(stream), byte != EOF { text.append(UInt8(byte)) }
        let status = unsafe pclose(stream)
        return (status, String(decoding: text, as: UTF8.self))
    }
}
