internal import Glibc
internal import ManifestFormat
internal import SecretMemory

/// What the world around says: our own environment, folders, and whether there is somebody to ask.
enum Surroundings {
    /// A variable of ours that is no secret; `nil` where it is not set or empty.
    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    /// A variable that may be secret, from the C environment straight into locked memory; `nil` where it is not set.
    static func secret(_ name: String) -> Secret? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe Secret(SecretBytes(copying: UnsafeRawBufferPointer(start: value, count: strlen(value))))
    }

    static var names: [String] {
        var names: [String] = []
        guard var next = unsafe Optional(environ) else { return [] }
        while let entry = unsafe next.pointee {
            let count = unsafe strcspn(entry, "=")
            unsafe names.append(String(decoding: UnsafeRawBufferPointer(start: entry, count: count), as: UTF8.self))
            unsafe next += 1
        }
        return names
    }

    /// Absolute; `nil` where it was removed or cannot be told.
    static var workingDirectory: String? {
        guard let path = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// `$XDG_STATE_HOME/withsecrets`, by default `~/.local/state/withsecrets`; `nil` where there is no HOME.
    static var stateFolder: String? { folder("XDG_STATE_HOME", inHome: ".local/state") }

    /// `$XDG_CONFIG_HOME/withsecrets`, by default `~/.config/withsecrets`; `nil` where there is no HOME.
    static var configurationFolder: String? { folder("XDG_CONFIG_HOME", inHome: ".config") }

    /// As the XDG Base Directory Specification has it: a path that is not absolute does not count.
    private static func folder(_ name: String, inHome standard: String) -> String? {
        if let path = variable(name), path.hasPrefix("/") { return path + "/withsecrets" }
        guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
        return "\(home)/\(standard)/withsecrets"
    }

    /// Finds and reads the manifest that the options name, else the environment, else the folders from here up.
    static func manifestLoader(file: String?, profile: String?) -> ManifestLoader {
        ManifestLoader(
            file: file ?? variable("WITHSECRETS_FILE"),
            profile: profile ?? variable("WITHSECRETS_PROFILE"),
            workingDirectory: workingDirectory ?? "/",
            sudoUser: variable("SUDO_UID")
        )
    }

    /// Whether `CI` is set to other than empty, `0` and `false`.
    static var isContinuousIntegration: Bool {
        guard let value = variable("CI") else { return false }
        return value != "0" && value != "false"
    }

    /// Whether somebody can be asked: there is a terminal, and this is no CI, unless the user says otherwise.
    static func canPrompt(_ choice: Bool?) -> Bool {
        guard choice ?? !isContinuousIntegration else { return false }
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }
}
