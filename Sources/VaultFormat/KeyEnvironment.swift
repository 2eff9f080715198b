internal import Glibc
package import SecretMemory

/// The environment as far as unlocking asks it, so that tests have one of their own.
package struct KeyEnvironment: Sendable {
    /// A variable that is no secret, `nil` where it is not set or empty.
    package var text: @Sendable (String) -> String?
    /// A variable that is a secret, in locked memory; `nil` where it is not set or empty.
    package var secret: @Sendable (String) -> Secret?

    package init(
        text: @escaping @Sendable (String) -> String?,
        secret: @escaping @Sendable (String) -> Secret?
    ) {
        self.text = text
        self.secret = secret
    }

    /// Our own. Secrets go from the C environment to locked memory without a copy between.
    package static let process = KeyEnvironment(
        text: { name in
            guard let value = unsafe getenv(name), unsafe value[0] != 0 else { return nil }
            return unsafe String(cString: value)
        },
        secret: { name in
            guard let value = unsafe getenv(name), unsafe value[0] != 0 else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(start: value, count: strlen(value))
            return unsafe Secret(SecretBytes(copying: bytes))
        }
    )

    /// For tests: the same variables both ways.
    package static func fixed(_ variables: [String: String]) -> KeyEnvironment {
        KeyEnvironment(
            text: { name in variables[name].flatMap { $0.isEmpty ? nil : $0 } },
            secret: { name in variables[name].flatMap { $0.isEmpty ? nil : Secret(copying: $0) } }
        )
    }

    /// `$XDG_CONFIG_HOME`, else `~/.config`; `nil` where there is no home. A relative path counts as not set, as the
    /// XDG specification has it.
    package var configFolder: String? { folder("XDG_CONFIG_HOME", default: ".config") }

    /// `$XDG_STATE_HOME`, else `~/.local/state`.
    package var stateFolder: String? { folder("XDG_STATE_HOME", default: ".local/state") }

    package var home: String? { text("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } }

    private func folder(_ variable: String, default path: String) -> String? {
        if let folder = text(variable), folder.hasPrefix("/") { return folder }
        return home.map { "\($0)/\(path)" }
    }
}
