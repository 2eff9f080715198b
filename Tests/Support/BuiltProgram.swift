internal import Glibc

/// The path of a program of this package, which lies beside the tests.
package func builtProgram(_ name: String) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { buffer in
        unsafe readlink("/proc/self/exe", buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    var parts = String(decoding: buffer[..<max(count, 0)], as: UTF8.self).split(separator: "/")
    // The tests run inside a bundle or, where SwiftPM's helper loads them, their bundle is an argument.
    if parts.last != nil, !CommandLine.arguments[0].isEmpty, !parts.contains(where: { $0 == ".build" }) {
        for argument in CommandLine.arguments where argument.contains("PackageTests.xctest") {
            parts = argument.split(separator: "/")
        }
    }
    return "/" + parts.dropLast().joined(separator: "/") + "/\(name)"
}
