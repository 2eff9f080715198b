import TestSupport
import Testing

/// What the package manager resolved is what was reviewed: each package with its version stands in
/// Tests/dependencies.txt, and no other.
struct DependencyTests {
    @Test func theResolvedPackagesAreTheListedOnes() throws {
        let resolved = try text(of: "Package.resolved").split(separator: "\n")
        let identities = values(of: "identity", in: resolved)
        let versions = values(of: "version", in: resolved).filter { $0.contains(".") }
        try #require(identities.count == versions.count, "each package is resolved to a version, none to a branch")
        let packages = zip(identities, versions).map { "\($0) \($1)" }.sorted()
        #expect(!packages.isEmpty)
        #expect(try text(of: "Tests/dependencies.txt").split(separator: "\n").map(String.init) == packages)
    }

    @Test func eachDependencyIsPinnedToOneVersion() throws {
        let manifest = try text(of: "Package.swift").split(separator: "\n")
        let dependencies = manifest.filter { $0.contains(".package(") }
        #expect(!dependencies.isEmpty)
        for dependency in dependencies { #expect(dependency.contains("exact:")) }
    }

    private func text(of path: String) throws -> String {
        String(decoding: try ScriptFiles.read("\(Script.repository)/\(path)"), as: UTF8.self)
    }

    /// The values of `"key" : "value"` lines, as SwiftPM writes Package.resolved.
    private func values(of key: String, in lines: [Substring]) -> [String] {
        lines.compactMap { line in
            let parts = line.split(separator: "\"")
            return parts.count >= 4 && parts[1] == key ? String(parts[3]) : nil
        }
    }
}
