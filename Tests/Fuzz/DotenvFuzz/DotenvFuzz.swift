internal import FuzzTarget
internal import SecretMemory

@testable import SecretProviders

/// Any bytes are a dotenv file or refused with a place inside them; what was read can be written and read again.
@main
struct DotenvFuzz: FuzzTarget {
    static func check(_ input: [UInt8]) {
        do throws(DotenvError) {
            let fields = try parseDotenv(input.span)
            var file = SecretBytes()
            for (name, value) in fields {
                file.append("\(name)=\"")
                value.withBytes { value in
                    for index in value.indices {
                        switch value[index] {
                        case UInt8(ascii: "\r"): file.append("\\r")
                        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                            file.append("\\")
                            file.append(value[index])
                        default: file.append(value[index])
                        }
                    }
                }
                file.append("\"\n")
            }
            let again = try file.withBytes { bytes throws(DotenvError) in try parseDotenv(bytes) }
            precondition(again.map(\.name) == fields.map(\.name))
            precondition(zip(again, fields).allSatisfy { $0.value.isEqual(to: $1.value) })
        } catch {
            precondition(error.line >= 1 && error.column >= 1 && error.column <= input.count + 1)
        }
    }
}
