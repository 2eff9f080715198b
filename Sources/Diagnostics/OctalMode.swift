/// Permission bits as `chmod` takes them, such as `0640`: four digits at least.
package func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
