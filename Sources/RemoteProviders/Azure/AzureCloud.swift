/// One of Microsoft's clouds: where logins are, and how vaults' hosts end.
struct AzureCloud: Sendable {
    let authority: String
    let vaultSuffix: String

    static let all = [
        AzureCloud(authority: "login.microsoftonline.com", vaultSuffix: "vault.azure.net"),
        AzureCloud(authority: "login.microsoftonline.us", vaultSuffix: "vault.usgovcloudapi.net"),
        AzureCloud(authority: "login.chinacloudapi.cn", vaultSuffix: "vault.azure.cn"),
        AzureCloud(authority: "login.partner.microsoftonline.cn", vaultSuffix: "vault.azure.cn"),
        AzureCloud(authority: "login.microsoftonline.de", vaultSuffix: "vault.microsoftazure.de"),
    ]

    /// The public names of `login.microsoftonline.com`, as challenges have them.
    private static let aliases: Set<String> = ["login.windows.net", "login.microsoft.com", "sts.windows.net"]

    static func isKnown(authority host: String) -> Bool {
        aliases.contains(host) || all.contains { $0.authority == host }
    }
}

/// A secret in a vault.
struct AzureResource: Hashable, Sendable {
    /// `nil` where the provider's `address` says where.
    var host: String
    var secret: String
    var version: String?

    /// `VAULT/NAME`: VAULT is a vault's name or its whole host in one of the clouds; `_` in NAME, which the service does
    /// not allow, is `-`. `nil` for anything else.
    init?(_ path: String, version: String?, suffix: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3 && version == nil, parts.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        let vault = parts[0].lowercased()
        if let cloud = AzureCloud.all.first(where: { vault.hasSuffix(".\($0.vaultSuffix)") }) {
            guard Self.isName(vault.dropLast(cloud.vaultSuffix.count + 1)) else { return nil }
            host = vault
        } else {
            guard Self.isName(vault[...]) else { return nil }
            host = "\(vault).\(suffix)"
        }
        secret = String(parts[1].map { $0 == "_" ? "-" : $0 })
        self.version = version ?? (parts.count == 3 ? parts[2] : nil)
        guard Self.isName(secret[...]), self.version.map({ Self.isName($0[...]) }) ?? true else { return nil }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 127
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
