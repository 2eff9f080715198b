internal import CProcessShims
internal import Glibc
package import SecretMemory

/// The environment that the command gets: what we inherited, in the kernel's order and with its duplicates, less what
/// is removed, and then what is added.
///
/// - Safety: the inherited strings live as long as the process; the added ones as long as this value, in the arena.
@safe package struct EnvironmentBlock: ~Copyable {
    @safe private struct Entry {
        var start: UnsafeMutablePointer<CChar>
        var nameCount: Int
    }

    private var entries: [Entry] = []
    private var additions: [Secret] = []
    private var numberSlots: [UnsafeMutablePointer<CChar>] = unsafe []

    /// All that this process was given, but for `WITHSECRETS_*`, which is ours alone.
    package init() {
        self.init(unchanged: ())
        remove(matching: "WITHSECRETS_*")
    }

    /// All that this process was given.
    init(unchanged: Void) {
        var next = unsafe StartupState.environment
        while let start = unsafe next.pointee {
            unsafe entries.append(Entry(start: start, nameCount: strcspn(start, "=")))
            unsafe next += 1
        }
    }

    private init(entries: [Entry]) {
        self.entries = entries
    }

    /// Nothing at all, to be added to.
    package static func empty() -> EnvironmentBlock {
        EnvironmentBlock(entries: [])
    }

    /// Removes every inherited or added entry of this name.
    package mutating func remove(named name: String) {
        // One copy of the name for all comparisons: there may be thousands of entries, and names.
        let count = name.utf8.count
        unsafe name.withCString { name in
            entries.removeAll { unsafe Self.isNamed($0, name, count) }
        }
    }

    /// Removes every entry whose name `glob` matches (`fnmatch`: `*`, `?`, `[…]`).
    package mutating func remove(matching glob: String) {
        entries.removeAll { Self.matches($0, glob) }
    }

    /// Removes every entry whose name none of `globs` matches: an empty list empties the environment.
    package mutating func keep(matching globs: [String]) {
        entries.removeAll { entry in !globs.contains { Self.matches(entry, $0) } }
    }

    /// Adds `name` at the end, in place of every entry of that name.
    package mutating func set(_ name: String, to value: Secret) {
        remove(named: name)
        var text = SecretBytes(capacity: name.utf8.count + value.count + 2)
        text.append(name)
        text.append(UInt8(ascii: "="))
        value.withBytes { text.append($0) }
        text.append(0)
        append(Secret(text), nameCount: name.utf8.count)
    }

    /// The first value of `name`, as `getenv` would find it in the command.
    func firstValue(of name: String) -> UnsafePointer<CChar>? {
        guard let entry = entries.first(where: { Self.isNamed($0, name) }) else { return nil }
        let equals = unsafe entry.start + entry.nameCount
        return unsafe equals.pointee == 0 ? nil : UnsafePointer(equals + 1)
    }

    /// Lets `LISTEN_PID` and `WATCHDOG_PID` that name this process name the command's instead: where they say who is
    /// meant (`sd_listen_fds`, `sd_watchdog_enabled`), the command has to be.
    mutating func redirectProcessNumbers() {
        let own = String(getpid())
        for name in ["LISTEN_PID", "WATCHDOG_PID"] {
            guard let value = unsafe firstValue(of: name), unsafe strcmp(value, own) == 0 else { continue }
            guard let index = entries.firstIndex(where: { Self.isNamed($0, name) }) else { continue }
            // Room for any number: the child writes its own between fork and exec.
            let text = Secret(SecretBytes(copying: name + "=" + String(repeating: "0", count: 20) + "\0"))
            additions.append(text)
            let start = unsafe Self.start(of: text)
            unsafe entries[index] = Entry(start: start, nameCount: name.utf8.count)
            unsafe numberSlots.append(start + name.utf8.count + 1)
        }
    }

    /// Calls `body` with the strings and the places where the child writes its number, both ended by nil.
    borrowing func withPointers<Result>(
        _ body: (
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) -> Result
    ) -> Result {
        var strings = unsafe entries.map { unsafe Optional($0.start) } + [nil]
        var slots = unsafe numberSlots.map { unsafe Optional($0) } + [nil]
        return unsafe strings.withUnsafeMutableBufferPointer { strings in
            unsafe slots.withUnsafeMutableBufferPointer { slots in
                unsafe body(strings.baseAddress!, slots.baseAddress!)
            }
        }
    }

    // MARK: - Size

    /// The kernel's bound for one string, its NUL included (`MAX_ARG_STRLEN`, 32 pages).
    package static let largestString = 32 * 4096

    /// - Throws: `.variableTooLarge` for an added variable that no program could be given, `.environmentTooLarge` where
    ///   environment and arguments together are over the kernel's bound (`execve(2)`, limits on size).
    package func checkSize(with arguments: [RawArgument]) throws(LaunchError) {
        var total = 0
        var largest = (name: "", byteCount: 0)
        for entry in entries {
            let byteCount = unsafe strlen(entry.start) + 1
            total += byteCount + MemoryLayout<UInt>.stride
            guard byteCount > largest.byteCount else { continue }
            largest = (Self.name(of: entry), byteCount)
        }
        guard largest.byteCount <= Self.largestString else {
            throw .variableTooLarge(largest.name, byteCount: largest.byteCount, limit: Self.largestString)
        }
        for argument in arguments {
            total += argument.byteCount + 1 + MemoryLayout<UInt>.stride
        }
        let limit = Self.totalLimit
        guard total <= limit else {
            throw .environmentTooLarge(byteCount: total, limit: limit, largest: largest.name)
        }
    }

    /// A quarter of the stack's limit, at most 6 MiB and at least 128 KiB (`fs/exec.c`, `bprm_stack_limits`).
    private static var totalLimit: Int {
        var stack = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack)
        let quarter = stack.rlim_cur / 4
        return max(min(Int(clamping: quarter), 6 << 20), 128 << 10)
    }

    // MARK: - Entries

    private mutating func append(_ text: Secret, nameCount: Int) {
        additions.append(text)
        unsafe entries.append(Entry(start: Self.start(of: text), nameCount: nameCount))
    }

    /// The arena does not move what it holds, and `additions` holds it as long as this value lives.
    private static func start(of text: Secret) -> UnsafeMutablePointer<CChar> {
        unsafe text.withUnsafeBytes { bytes in
            unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress!).assumingMemoryBound(to: CChar.self)
        }
    }

    private static func isNamed(_ entry: Entry, _ name: String) -> Bool {
        unsafe isNamed(entry, name, name.utf8.count)
    }

    private static func isNamed(_ entry: Entry, _ name: UnsafePointer<CChar>, _ count: Int) -> Bool {
        unsafe entry.nameCount == count && strncmp(entry.start, name, count) == 0
    }

    private static func matches(_ entry: Entry, _ glob: String) -> Bool {
        unsafe fnmatch(glob, name(of: entry), 0) == 0
    }

    private static func name(of entry: Entry) -> String {
        let bytes = unsafe UnsafeRawBufferPointer(start: entry.start, count: entry.nameCount)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
