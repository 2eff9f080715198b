import ManifestFormat
import Testing

/// A kind of service and its fake, as the tests that hold for all of them need it.
struct Service: CustomTestStringConvertible, Sendable {
    var kind: ProviderKind
    var script: String
    /// What a secret's path begins with.
    var prefix: String
    /// A JSON secret with a field `a`, behind the prefix.
    var document: String
    var environment: [String: String]
    /// `ADDRESS` stands for the server's.
    var settings: [String: String]
    /// What is sent to the service and has to be seen nowhere.
    var credentials: [String]

    var testDescription: String { kind.rawValue }

    static let all = [
        Service(
            kind: .vault,
            script: "fake_vault.py",
            prefix: "secret/",
            document: "document",
            environment: ["VAULT_TOKEN": "root-token"],
            settings: ["address": "ADDRESS"],
            credentials: ["root-token"]
        ),
        Service(
            kind: .aws,
            script: "fake_aws.py",
            prefix: "",
            document: "document",
            environment: awsKeys,
            settings: ["address": "ADDRESS"],
            credentials: ["own-secret-key", "own-session-token", "Signature="]
        ),
        Service(
            kind: .ssm,
            script: "fake_aws.py",
            prefix: "/",
            document: "document",
            environment: awsKeys,
            settings: ["address": "ADDRESS"],
            credentials: ["own-secret-key", "own-session-token", "Signature="]
        ),
        Service(
            kind: .azure,
            script: "fake_azure.py",
            prefix: "v/",
            document: "json",
            environment: ["AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "client-secret-1"],
            settings: ["address": "ADDRESS", "authority": "ADDRESS"],
            credentials: ["client-secret-1", "token-of-"]
        ),
        Service(
            kind: .gcp,
            script: "fake_gcp.py",
            prefix: "p/",
            document: "document",
            environment: ["GCP_TOKEN": "token-of-nobody"],
            settings: ["address": "ADDRESS", "auth.token": "ref:GCP_TOKEN"],
            credentials: ["token-of-nobody"]
        ),
    ]

    private static let awsKeys = [
        "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "own-secret-key", "AWS_REGION": "eu-west-1",
        "AWS_SESSION_TOKEN": "own-session-token",
    ]

    /// Its entry under `providers`, in YAML.
    func entry(at address: String, timeout: String = "5s") -> String {
        var lines = ["    address: \(address)", "    timeout: \(timeout)"]
        if settings["authority"] != nil { lines.append("    authority: \(address)") }
        if settings["auth.token"] != nil { lines.append("    auth: { token: env:GCP_TOKEN }") }
        return "  \(kind.rawValue):\n" + lines.joined(separator: "\n")
    }
}

/// What goes wrong, by the word that makes a fake do it.
struct Misbehaviour: CustomTestStringConvertible, Sendable {
    var word: String
    var isSlow = false

    var testDescription: String { word }

    static let all = [
        Misbehaviour(word: "refused"), Misbehaviour(word: "unavailable"), Misbehaviour(word: "timeout", isSlow: true),
        Misbehaviour(word: "cut"), Misbehaviour(word: "endless"), Misbehaviour(word: "drip", isSlow: true),
        Misbehaviour(word: "nonjson"), Misbehaviour(word: "types"), Misbehaviour(word: "redirect"),
    ]
}
