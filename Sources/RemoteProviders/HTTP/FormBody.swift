internal import SecretMemory

/// `application/x-www-form-urlencoded`: fields in order, all percent-encoded, written into locked memory.
struct FormBody {
    private var fields: [(name: String, value: Secret)] = []

    init() {}

    init(_ fields: KeyValuePairs<String, String>) {
        for (name, value) in fields {
            add(name, value)
        }
    }

    mutating func add(_ name: String, _ value: String) {
        add(name, Secret(copying: value))
    }

    mutating func add(_ name: String, _ value: Secret) {
        fields.append((name, value))
    }

    func encoded() -> Secret {
        var form = SecretBytes(capacity: 512)
        for (index, field) in fields.enumerated() {
            if index > 0 { form.append(UInt8(ascii: "&")) }
            form.append(percentEncoded(field.name))
            form.append(UInt8(ascii: "="))
            field.value.withBytes { form.append(percentEncoded: $0) }
        }
        return Secret(form)
    }
}
