/// Words that are values of secrets only by mistake, and that masking would cut out of every other line.
///
/// Compared without case, at any length.
enum StopList {
    static func contains(_ value: Span<UInt8>) -> Bool {
        guard value.count <= longest, value.count >= 1 else { return false }
        for word in words where word.utf8CodeUnitCount == value.count && value.isEqual(ignoringCase: word) {
            return true
        }
        return false
    }

    private static let longest = 16

    /// Lower case, by subject; docs/masking.md lists them for users.
    private static let words: [StaticString] = [
        // values of switches
        "true", "false", "null", "nil", "none", "undefined", "yes", "no", "on", "off", "enabled", "disabled", "enable",
        "disable", "auto", "default", "always", "never", "optional", "required", "empty", "unset",
        // stages and levels
        "production", "prod", "staging", "stage", "development", "dev", "testing", "test", "local", "sandbox",
        "debug", "info", "notice", "warn", "warning", "error", "fatal", "trace", "verbose", "quiet",
        // names of hosts, users and services
        "localhost", "127.0.0.1", "0.0.0.0", "root", "admin", "administrator", "user", "guest", "nobody", "postgres",
        "postgresql", "mysql", "mariadb", "mongodb", "redis", "rabbitmq", "public", "private", "internal", "anonymous",
        // what stands where a secret is to come
        "password", "passwd", "secret", "token", "changeme", "change-me", "change_me", "example", "sample", "dummy",
        "placeholder", "redacted", "masked", "hidden", "unknown", "todo", "foobar", "test123", "key", "value",
        // formats and places
        "json", "yaml", "text", "plain", "utf-8", "utf8", "http", "https", "us-east-1", "us-west-2", "eu-west-1",
        "eu-central-1", "main", "master", "latest", "stdout", "stderr",
    ]
}

extension Span<UInt8> {
    /// - Parameter word: in lower case, of the same length.
    fileprivate func isEqual(ignoringCase word: StaticString) -> Bool {
        for index in indices {
            let byte = self[index]
            let lower = byte.isASCIILetter ? byte | 0x20 : byte
            guard unsafe lower == word.utf8Start[index] else { return false }
        }
        return true
    }
}
