/// Beginnings of secrets that everybody knows, so that showing them gives nothing away.
///
/// A held start that is such a beginning is released after a pause, however long it is: a prompt that shows
/// `https://` is not to wait for the secret that may follow.
enum PublicPrefix {
    /// No public prefix is longer, in bytes.
    static let longest = 48

    private static let known: [StaticString] = [
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "sk-", "sk-ant-", "sk-proj-",
        "sk_live_", "sk_test_", "pk_live_", "pk_test_", "rk_live_", "whsec_", "AKIA", "ASIA", "AIza", "xoxb-", "xoxp-",
        "xoxa-", "xapp-", "eyJ", "npm_", "pypi-", "hf_", "SG.", "hvs.", "hvb.", "dop_v1_", "dckr_pat_",
        "AGE-SECRET-KEY-1", "Bearer ", "Basic ",
    ]

    /// The length of the public beginning of a secret, 0 where it has none.
    static func count(of secret: Span<UInt8>) -> Int {
        let head = secret.extracting(first: longest)
        if head.isEmpty { return 0 }
        return max(knownCount(head), schemeCount(head), armourCount(head))
    }

    private static func knownCount(_ head: Span<UInt8>) -> Int {
        var best = 0
        for prefix in known where prefix.utf8CodeUnitCount <= head.count && prefix.utf8CodeUnitCount > best {
            if head.starts(with: prefix) { best = prefix.utf8CodeUnitCount }
        }
        return best
    }

    /// `https://` and the like: a scheme of 2 to 20 characters (RFC 3986 §3.1).
    private static func schemeCount(_ head: Span<UInt8>) -> Int {
        var count = 0
        while count < head.count, count <= 20,
            head[count].isASCIIAlphanumeric || head[count] == UInt8(ascii: "+") || head[count] == UInt8(ascii: "-")
        {
            count += 1
        }
        guard count >= 2, count + 3 <= head.count, head.extracting(count..<(count + 3)).starts(with: "://") else {
            return 0
        }
        return count + 3
    }

    /// `-----BEGIN … KEY-----` and the like, with its line end (RFC 7468 §2).
    private static func armourCount(_ head: Span<UInt8>) -> Int {
        guard head.starts(with: "-----BEGIN ") else { return 0 }
        var count = 11
        while count < head.count, head[count] != UInt8(ascii: "-") { count += 1 }
        guard count + 5 <= head.count, head.extracting(count..<(count + 5)).starts(with: "-----") else { return 0 }
        count += 5
        while count < head.count, head[count].isLineEnd { count += 1 }
        return count
    }
}

extension Span<UInt8> {
    func starts(with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length <= count else { return false }
        for index in 0..<length where unsafe self[index] != text.utf8Start[index] { return false }
        return true
    }
}
