internal import ManifestFormat

/// A version of a secret, as the API names it.
struct GCPResource: Hashable, Sendable {
    var project: String
    /// For a regional secret.
    var location: String?
    var secret: String
    /// A number, an alias, or `latest`.
    var version: String

    /// `PROJECT/NAME`, or `projects/P[/locations/L]/secrets/NAME[/versions/V]`; `nil` for what is neither.
    init?(_ path: String, version: String?) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }) else { return nil }
        var rest = parts[...]
        func take(_ word: String) -> String? {
            guard rest.count >= 2, rest.first == word else { return nil }
            let value = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
            return value
        }
        if parts.count == 2 {
            (project, secret) = (parts[0], parts[1])
            self.version = version ?? "latest"
            return
        }
        guard let project = take("projects") else { return nil }
        let location = take("locations")
        guard let secret = take("secrets") else { return nil }
        let written = take("versions")
        guard rest.isEmpty, written == nil || version == nil else { return nil }
        if let location, !isRegionName(location) { return nil }
        self.project = project
        self.location = location
        self.secret = secret
        self.version = version ?? written ?? "latest"
    }

    /// Behind the API's version, percent-encoded.
    var target: String {
        let place = location.map { "/locations/\($0)" } ?? ""
        return "/v1/projects/\(percentEncoded(project))\(place)/secrets/\(percentEncoded(secret))"
            + "/versions/\(percentEncoded(version))"
    }
}
