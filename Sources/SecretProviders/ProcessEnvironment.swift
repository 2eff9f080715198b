internal import CProcessShims
internal import Glibc
package import SecretMemory

/// The environment that we were started with, read without a copy in ordinary memory.
package enum ProcessEnvironment {
    /// The bytes of a variable, whatever their encoding; `nil` where it is not set. The C function is `getenv`.
    package static func value(of name: String) -> Secret? {
        guard let start = unsafe getenv(name) else { return nil }
        return unsafe Secret(SecretBytes(copying: UnsafeRawBufferPointer(start: start, count: strlen(start))))
    }

    /// Names in the order of the block; entries without `=` and names that are no UTF-8 are left out.
    package static func names() -> [String] {
        guard let entries = unsafe ws_environment() else { return [] }
        var names: [String] = []
        var index = 0
        while let entry = unsafe entries[index] {
            index += 1
            guard let equals = unsafe strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
            let name = unsafe UnsafeRawBufferPointer(start: entry, count: equals - entry)
            if unsafe !name.isEmpty, let text = unsafe String(validating: name, as: UTF8.self) {
                names.append(text)
            }
        }
        return names
    }
}
