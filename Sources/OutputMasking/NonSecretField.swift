/// Tells the values in a structured secret that are no secrets: names of hosts, users, kinds, places.
///
/// Masking `postgres` or `eu-west-1` wherever they stand would make output unreadable and hide nothing.
enum NonSecretField {
    /// Whether values of this name are no secrets. Compared without case, `-`, `_` and blanks: `clientId` is `client_id`.
    static func isNamed(_ name: Span<UInt8>) -> Bool {
        for known in names where name.isSame(as: known) { return true }
        for ending in endings where name.ends(with: ending) { return true }
        return false
    }

    /// Whether a value shows by its look that it is none: an http(s) URL without user-info, a host, an e-mail address.
    static func looksPublic(_ value: Span<UInt8>) -> Bool {
        if value.starts(with: "https://") || value.starts(with: "http://") { return !value.holdsUserInfo }
        return value.looksLikeHost(in: 0..<value.count) || value.looksLikeAddress
    }

    /// Lower case, without `-` and `_`.
    private static let names: [StaticString] = [
        "type", "kind", "engine", "driver", "dialect", "scheme", "protocol", "format", "version", "alg", "algorithm",
        "host", "hostname", "hosts", "server", "port", "address", "endpoint", "socket", "domain", "universedomain",
        "user", "username", "login", "email", "owner", "role", "rolename",
        "db", "dbname", "database", "databasename", "schema", "dbinstanceidentifier", "dbclusteridentifier",
        "region", "zone", "location", "environment", "env", "stage", "namespace", "cluster", "bucket",
        "projectid", "project", "clientid", "clientemail", "tenantid", "subscriptionid", "accountid", "appid",
        "masterarn", "arn", "url", "uri", "scope", "scopes", "name", "description", "comment", "title", "label",
        "createdat", "updatedat", "expiresat", "expires", "created", "updated", "quotaprojectid",
    ]

    private static let endings: [StaticString] = ["_uri", "_url", "-uri", "-url", "Uri", "Url", "URI", "URL"]
}

extension Span<UInt8> {
    /// Equal to `word` when case, `-`, `_` and blanks are left out.
    fileprivate func isSame(as word: StaticString) -> Bool {
        var matched = 0
        for index in indices {
            let byte = self[index]
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte.isBlank { continue }
            let lower = byte.isASCIILetter ? byte | 0x20 : byte
            guard matched < word.utf8CodeUnitCount, unsafe word.utf8Start[matched] == lower else { return false }
            matched += 1
        }
        return matched == word.utf8CodeUnitCount
    }

    fileprivate func ends(with word: StaticString) -> Bool {
        count >= word.utf8CodeUnitCount && extracting(last: word.utf8CodeUnitCount).starts(with: word)
    }

    /// Two labels or more of lower-case letters, digits and `-`, the last of letters alone; or four numbers; then
    /// perhaps a port. A token with dots in it has upper-case letters, or ends in something that is no top-level domain.
    fileprivate func looksLikeHost(in range: Range<Int>) -> Bool {
        var end = range.upperBound
        var colon = end
        while colon > range.lowerBound, self[colon - 1].isASCIIDigit { colon -= 1 }
        if colon > range.lowerBound, colon < end, self[colon - 1] == UInt8(ascii: ":") { end = colon - 1 }
        var labels = 0
        var length = 0
        var letters = 0
        var numbers = 0
        for index in range.lowerBound..<end {
            let byte = self[index]
            if byte == UInt8(ascii: ".") {
                guard length > 0, length <= 63 else { return false }
                if letters == 0, length <= 3 { numbers += 1 }
                (labels, length, letters) = (labels + 1, 0, 0)
                continue
            }
            guard byte.isASCIIDigit || byte >= 0x61 && byte <= 0x7A || byte == UInt8(ascii: "-") else { return false }
            if !byte.isASCIIDigit { letters += 1 }
            length += 1
        }
        guard labels >= 1, length > 0 else { return false }
        if labels == 3, numbers == 3, letters == 0, length <= 3 { return true }
        return letters == length && length >= 2 && length <= 18
    }

    /// `local@host`.
    fileprivate var looksLikeAddress: Bool {
        var at: Int?
        for index in indices {
            if self[index] == UInt8(ascii: "@") {
                guard at == nil, index > 0 else { return false }
                at = index
            } else if self[index].isSpace || self[index] < 0x21 || self[index] == UInt8(ascii: ":") {
                return false
            }
        }
        guard let at else { return false }
        return looksLikeHost(in: at + 1..<count)
    }
}
