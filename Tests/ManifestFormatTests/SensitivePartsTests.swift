import Diagnostics
import Testing

@testable import ManifestFormat

/// What a manifest that was found is asked about.
@Suite struct SensitivePartsTests {
    private func parts(_ text: String, profile: String? = nil) throws -> [String] {
        let folder = Folder(["withsecrets.yaml": text])
        return try ManifestLoader(profile: profile, workingDirectory: folder.path).load().sensitiveParts
            .map { "\($0.location.line): \($0.text)" }
    }

    @Test func aPlainManifestHasNone() throws {
        let text = """
            version: 1
            env: { A: env, B: { value: x }, C: vaultfile:a/b, PATH: env:PATH, D: file:d, E: dotenv }
            env_from: { from: "vault:secret/app", include: [A, "LD_*"] }
            audit: { on_error: refuse }
            """
        #expect(try parts(text) == [])
    }

    @Test(arguments: [
        ("env: { A: 'exec:a \"b c\"' }", "runs a 'b c'"),
        ("env: { A: { exec: [a, \"d'e\", ''] } }", #"runs a 'd'\''e' ''"#),
        ("env: { A: [env, {exec: [a, b]}] }", "runs a b"),
        ("env_from: { from: exec:a }", "runs a"),
        ("providers: { vault: { auth: { token: exec:a } } }", "runs a"),
        ("providers: { vault: { proxy: 'https://u:p@host' } }", "proxy of vault: https://host"),
        ("providers: { vault: { namespace: n } }", "namespace of vault: n"),
        ("providers: { vault: { auth: { mount: m } } }", "auth.mount of vault: m"),
        ("providers: { aws: { role_arn: r } }", "role_arn of aws: r"),
        ("providers: { aws: { profile: p } }", "profile of aws: p"),
        ("env: { A: 'vault:a/b?method=write&params=c=d' }", "writes to vault:a/b?method=write&params=c=d"),
        ("env: { A: file:/etc/shadow }", "reads /etc/shadow"),
        ("env: { A: file:a/../../b }", "reads a/../../b"),
        ("env: { A: dotenv:~/.env }", "reads ~/.env"),
        ("env: { A: { from: env, mask: false } }", "does not mask A"),
        ("env_from: { from: 'vault:a', no_mask: [B] }", "does not mask B"),
        ("env_from: { from: 'vault:a', include: [path], names: upper }", "sets PATH"),
        ("env_from: { from: 'vault:a', include: [PRELOAD], prefix: LD_ }", "sets LD_PRELOAD"),
        ("env: { BASH_ENV: { value: \"a\\nb\" } }", #"sets BASH_ENV to a\u{a}b"#),
        ("env: { PATH: { from: env, default: bin } }", "sets PATH, by default to bin"),
        ("env: { PATH: env:OTHER }", "sets PATH"),
        ("env: { https_proxy: { value: h } }", "sets https_proxy to h"),
        ("env: { AWS_ENDPOINT_URL_S3: { value: h } }", "sets AWS_ENDPOINT_URL_S3 to h"),
        ("env: { LD_PRELOAD: { template: 'a$$' } }", "sets LD_PRELOAD to a$$"),
        ("audit: { to: off }", "audit off"),
        ("audit: { to: file }", "audit to file"),
        ("audit: { path: /a/b }", "audit to /a/b"),
    ])
    func eachIsToldOfInTheBaseAndInAProfile(line: String, text: String) throws {
        #expect(try parts("version: 1\n\(line)") == ["2: \(text)"])
        #expect(try parts("version: 1\nprofiles: { p: { \(line) } }") == ["2: \(text) (profile p)"])
    }

    @Test func whatAProfileReplacesIsToldOfAsWell() throws {
        let text = """
            version: 1
            env: { A: exec:base }
            profiles:
              p: { env: { A: exec:first } }
              q: { env: { A: exec:second } }
            """
        let all = ["2: runs base", "4: runs first (profile p)", "5: runs second (profile q)"]
        #expect(try parts(text) == all)
        #expect(try parts(text, profile: "q") == all)
    }

    @Test func aKindThatAProfileChangesCountsForTheBase() throws {
        let text = """
            version: 1
            providers: { store: { kind: dotenv } }
            env: { A: "store:a" }
            profiles:
              p: { env: { B: "store:b" } }
              q: { providers: { store: { kind: exec } }, env: { C: "store:c" } }
            """
        #expect(try parts(text) == ["3: runs a", "6: runs c (profile q)"])
    }

    @Test func tooManyKindsAreToldOfInsteadOfTried() throws {
        let profiles = (0..<300).map { "  p\($0): { providers: { s\($0): { kind: exec } } }" }
        let text = "version: 1\nprofiles:\n" + profiles.joined(separator: "\n")
        #expect(try parts(text) == ["3: gives its providers other kinds in more than 16 ways"])
    }

    @Test func equalOnesAreToldOfOnce() throws {
        let text = "version: 1\nenv: { A: exec:a, B: exec:a }\nprofiles: { p: { env: { C: exec:a } } }"
        #expect(try parts(text) == ["2: runs a"])
    }
}
