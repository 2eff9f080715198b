internal import Glibc
import TestSupport
import Testing

/// Every script in `Scripts/` against the built program: `$WITHSECRETS_TEST_BINARY`, else the one beside the tests.
struct ScriptTests {
    @Test(arguments: try Script.chosen())
    func theProgramDoesAsTheScriptSays(script: Script) throws {
        let text = String(decoding: try ScriptFiles.read(script.path), as: UTF8.self)
        let settings = ScriptRunner.Settings(
            binary: try Script.binary(),
            tools: "\(Script.folder)/Tools",
            repository: Script.repository
        )
        do {
            if case .skipped(let reason) = try ScriptRunner.run(TextArchive(parsing: text), settings) {
                // The report of the tests does not name a case that was cancelled.
                print("skipped: \(script.name): \(reason)")
                try Test.cancel("\(reason)")
            }
        } catch let failure as ScriptFailure {
            let place = SourceLocation(
                fileID: "CommandTests/\(script.name)",
                filePath: script.path,
                line: max(failure.line, 1),
                column: 1
            )
            Issue.record("\(script.name): \(failure)", sourceLocation: place)
        }
    }

    @Test func thereAreScripts() throws {
        #expect(try Script.all().count > 50)
    }

    @Test func eachExampleHasAScriptAndAReadme() {
        let examples = "\(Script.repository)/examples"
        let folders = ScriptFiles.names(in: examples).filter { ScriptFiles.kind(of: "\(examples)/\($0)") == .folder }
        #expect(folders.count > 10)
        for name in folders {
            #expect(ScriptFiles.kind(of: "\(Script.folder)/Scripts/example-\(name).txt") == .file)
            #expect(ScriptFiles.kind(of: "\(examples)/\(name)/README.md") == .file)
        }
    }
}

/// One file of `Scripts/`.
struct Script: Sendable, CustomTestStringConvertible {
    var name: String

    /// Tests/CommandTests.
    static let folder = String(#filePath.dropLast("/ScriptTests.swift".count))
    static let repository = String(folder.dropLast("/Tests/CommandTests".count))
    var path: String { "\(Self.folder)/Scripts/\(name)" }
    var testDescription: String { name }

    static func all() throws -> [Script] {
        ScriptFiles.names(in: "\(folder)/Scripts").filter { $0.hasSuffix(".txt") }.map(Script.init)
    }

    /// Those whose names begin as `$WITHSECRETS_TEST_SCRIPTS` says, by default all.
    static func chosen() throws -> [Script] {
        guard let prefixes = unsafe getenv("WITHSECRETS_TEST_SCRIPTS").map({ unsafe String(cString: $0) }) else {
            return try all()
        }
        return try all().filter { script in prefixes.split(separator: ",").contains { script.name.hasPrefix($0) } }
    }

    struct NoBinary: Error, CustomStringConvertible {
        var description = "no built program: set WITHSECRETS_TEST_BINARY to its absolute path"
    }

    static func binary() throws -> String {
        if let path = unsafe getenv("WITHSECRETS_TEST_BINARY") { return unsafe String(cString: path) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let bundle = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        guard let slash = bundle.lastIndex(of: "/") else { throw NoBinary() }
        let binary = bundle[..<slash] + "/withsecrets"
        guard unsafe access(String(binary), X_OK) == 0 else { throw NoBinary() }
        return String(binary)
    }
}
