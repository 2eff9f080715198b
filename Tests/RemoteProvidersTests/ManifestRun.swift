import Diagnostics
import EventLoop
import ManifestFormat
import SecretMemory
import SecretProviders
import Testing

@testable import RemoteProviders

/// A whole manifest resolved against fake services: what the chains, groups and templates make of their answers.
struct ManifestRun {
    let test: RemoteTest
    private let manifest: Manifest

    init(_ text: String, _ environment: [String: String] = [:]) throws {
        let home = TemporaryHome()
        home.write("withsecrets.yaml", text)
        let loader = ManifestLoader(
            file: "withsecrets.yaml",
            profile: nil,
            overrides: [],
            only: [],
            workingDirectory: home.path
        )
        do throws(ManifestProblems) {
            manifest = try loader.load().manifest
        } catch {
            Issue.record("\(error.diagnostics.map(\.message))")
            throw FakeServer.Failure()
        }
        test = RemoteTest(environment: ["PATH": "/nowhere"].merging(environment) { $1 })
    }

    func resolve(timeout: Duration = .seconds(20)) -> Resolution {
        let loop = EventLoop()
        var registry = ProviderRegistry.local
        test.session.register(into: &registry)
        let resolver = Resolver(manifest, registry: registry, context: test.context(loop), timeout: timeout)
        return loop.runBlocking { [session = test.session] in
            let resolution = await resolver.resolve()
            await session.finishReads(on: loop)
            return resolution
        }
    }
}

extension Resolution {
    /// What would be exported.
    var values: [String: String] {
        Dictionary(
            uniqueKeysWithValues: variables.compactMap { variable in
                variable.value.map { (variable.name, $0.plainCopy()) }
            }
        )
    }

    var errorTexts: [String] { errors.map(\.text) }
    var warningTexts: [String] { warnings.map(\.text) }
}

extension Diagnostic {
    /// `SUBJECT: WHAT`, and the hints.
    fileprivate var text: String {
        ([[subject, message].compactMap(\.self).joined(separator: ": ")] + hints).joined(separator: " | ")
    }
}
