internal import Glibc

/// A path absolute and without symbolic links; `nil` where there is no such file. The C function is `realpath`.
package func canonicalPath(_ path: String) -> String? {
    guard let real = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
}
