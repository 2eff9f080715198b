internal import ManifestFormat

extension SecretAddress {
    /// The address as messages name it, without its options.
    var label: String {
        var bare = self
        bare.options = [:]
        return bare.description
    }

    /// Refuses options other than `known`: a misspelt one that goes unnoticed would give another value.
    func checkOptions(_ known: [String]) throws(ProviderError) {
        guard let unknown = options.keys.sorted().first(where: { !known.contains($0) }) else { return }
        throw .unknownOption(self, unknown, known: known)
    }

    /// `?raw=true`: the bytes as they are, without taking off a newline.
    var isRaw: Bool {
        get throws(ProviderError) {
            switch options["raw"] {
            case nil, "false": false
            case "true": true
            default: throw .badFlag(self, option: "raw")
            }
        }
    }
}
