internal import Diagnostics
internal import Glibc

/// A path as the kernel has it: any bytes but NUL, which need not be UTF-8.
struct FilePath: Hashable {
    var bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Fit for one line of a terminal.
    var text: String { printable(bytes: bytes, limit: 4096) }

    func appending(_ name: some Sequence<UInt8>) -> FilePath {
        if bytes == [UInt8(ascii: ".")] { return FilePath(name) }
        let slash = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return FilePath(bytes + slash + name)
    }

    /// Calls `body` with a C string, valid during the call.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        unsafe (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
    }

    /// The C function is `lstat`; `nil` leaves `errno`.
    var status: stat? {
        var status = stat()
        return unsafe withCString { unsafe lstat($0, &status) } == 0 ? status : nil
    }

    /// Names in a folder, sorted, without `.` and `..`; `nil` leaves `errno`.
    var names: [[UInt8]]? {
        guard let stream = unsafe withCString({ unsafe opendir($0) }) else { return nil }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    let length = unsafe strnlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), 256)
                    return unsafe Array(UnsafeBufferPointer(start: start, count: length))
                }
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
