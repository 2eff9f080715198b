package import Diagnostics

/// Where a secret lives: `PROVIDER[:PATH][#FIELD][?OPTION=VALUE&...]`. It holds no value.
package struct SecretReference: Hashable, Sendable {
    /// What one read fetches; two references with equal addresses share the read.
    package var address: SecretAddress
    /// The part of what was read that is the value; `nil` for the whole.
    package var field: Field?
    /// Where it was written; `nil` for one from the command line. Not part of its identity.
    package var location: Diagnostic.Location?

    package enum Field: Hashable, Sendable {
        /// `#NAME`: a key of a JSON or key/value secret, percent-decoded.
        case name(String)
        /// `#/a/0/b`: the reference tokens of a JSON Pointer (RFC 6901), unescaped.
        case pointer([String])
    }

    package init(address: SecretAddress, field: Field? = nil, location: Diagnostic.Location? = nil) {
        self.address = address
        self.field = field
        self.location = location
    }

    package static func == (left: SecretReference, right: SecretReference) -> Bool {
        left.address == right.address && left.field == right.field
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(address)
        hasher.combine(field)
    }
}

/// One thing that a provider can be asked for.
package struct SecretAddress: Hashable, Sendable {
    /// A kind (`vault`) or a name from `providers`.
    package var provider: String
    /// Percent-decoded; `nil` where none was written. Of `exec` the program alone, see `arguments`.
    package var path: String?
    /// The words of an `exec` reference, program first; empty for every other kind.
    package var arguments: [String]
    /// `?OPTION=VALUE`, percent-decoded.
    package var options: [String: String]
    /// What relative paths are relative to: the folder of the manifest that the reference stands in, or the working
    /// directory for one from the command line. Absolute.
    package var folder: String

    package init(
        provider: String,
        path: String? = nil,
        arguments: [String] = [],
        options: [String: String] = [:],
        folder: String
    ) {
        self.provider = provider
        self.path = path
        self.arguments = arguments
        self.options = options
        self.folder = folder
    }
}

extension SecretReference: CustomStringConvertible {
    /// The reference as it may be shown: an `exec` reference by its program's name alone, since its arguments may be
    /// secret themselves.
    package var description: String {
        address.nameAndPath + fieldText + address.optionText
    }

    private var fieldText: String {
        switch field {
        case nil: ""
        case .name(let name): "#\(name)"
        case .pointer(let tokens): "#" + tokens.map { "/" + escapedPointerToken($0) }.joined()
        }
    }

    private func escapedPointerToken(_ token: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0".unicodeScalars
            case "/": escaped += "~1".unicodeScalars
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}

extension SecretAddress: CustomStringConvertible {
    package var description: String { nameAndPath + optionText }

    fileprivate var nameAndPath: String {
        if let program = arguments.first {
            return "\(provider):\(program.split(separator: "/").last.map(String.init) ?? program)"
        }
        return path.map { "\(provider):\($0)" } ?? provider
    }

    fileprivate var optionText: String {
        guard arguments.isEmpty, !options.isEmpty else { return "" }
        return "?" + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    }
}
