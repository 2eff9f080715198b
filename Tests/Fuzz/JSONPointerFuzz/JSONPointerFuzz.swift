internal import FuzzTarget
internal import SecretMemory
internal import SecretProviders

/// The first line is a pointer, the rest a document: whatever they are, the walk ends inside the document, and what it
/// finds is a document of its own.
@main
struct JSONPointerFuzz: FuzzTarget {
    static func check(_ input: [UInt8]) {
        let bytes = input.span
        let end = bytes.indices.first { bytes[$0] == UInt8(ascii: "\n") } ?? 0
        let pointer = unsafe bytes.extracting(0..<end).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
        }
        let document = Secret(SecretBytes(copying: bytes.extracting(end..<bytes.count)))
        do throws(JSONError) {
            let root = try JSONValue(parsing: document)
            walk(root, depth: 0)
            guard let value = root.value(at: pointer.map(String.init)) else { return }
            let again = try JSONValue(parsing: value.json())
            precondition(again.kind == value.kind && again.secret().isEqual(to: value.secret()))
        } catch {
            precondition(error.offset >= 0 && error.offset <= document.count)
        }
    }

    /// Every member is found under its name.
    private static func walk(_ value: JSONValue, depth: Int) {
        guard depth < 4 else { return }
        for (name, member) in value.members.prefix(8) {
            precondition(value.member(name)?.json().isEqual(to: member.json()) ?? false)
            walk(member, depth: depth + 1)
        }
        for (index, element) in value.elements.prefix(8).enumerated() {
            precondition(value.value(at: ["\(index)"])?.json().isEqual(to: element.json()) ?? false)
            walk(element, depth: depth + 1)
        }
    }
}
