internal import Glibc

/// What the C library says of an error number, such as `permission denied`: lower case, as all of our messages are,
/// acronyms apart. The C function is `strerror`, which several threads may call at once since glibc 2.32.
package func systemMessage(_ number: Int32) -> String {
    let text = unsafe String(cString: strerror(number))
    guard let second = text.dropFirst().first, !second.isUppercase else { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
}
