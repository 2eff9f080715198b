internal import ManifestFormat
internal import SecretMemory

/// What came of picking a value out of a payload, or out of a whole chain.
enum Picked<Value> {
    case found(Value)
    case absent(Absence)
}

extension SecretPayload {
    /// The value that a reference means.
    ///
    /// Without a field: a text as it is, and of a key/value secret the field `ownName` where there is such a rule, else
    /// its only field.
    func pick(
        _ field: SecretReference.Field?,
        of address: SecretAddress,
        ownName: String? = nil
    ) throws(ProviderError) -> Picked<Secret> {
        switch (content, field) {
        case (.text(let secret), nil):
            return .found(secret)
        case (.text(let secret), let field?), (.object(let secret), let field?):
            let document = try jsonValue(secret, of: address)
            guard let value = try document.picking(field, of: address) else {
                return .absent(.noField(field, of: address, known: document.members.map(\.name)))
            }
            return .found(value.secret())
        case (.object, nil), (.fields, nil):
            let fields = try fields(of: address)
            if let ownName {
                return pick(ownName, among: fields, of: address)
            }
            guard let first = fields.first else {
                return .absent(Absence(.noSuchField, "\(address.label) holds no fields"))
            }
            guard fields.count == 1 else { throw .severalFields(address, fields.map(\.name)) }
            return .found(first.value)
        case (.fields(let fields), .name(let name)):
            return pick(name, among: fields, of: address)
        case (.fields(let fields), .pointer(let tokens)):
            guard tokens.count == 1 else { return .absent(.noField(.pointer(tokens), of: address)) }
            return pick(tokens[0], among: fields, of: address)
        }
    }

    private func pick(
        _ name: String,
        among fields: [(name: String, value: Secret)],
        of address: SecretAddress
    ) -> Picked<Secret> {
        guard let value = fields.first(where: { $0.name.utf8.elementsEqual(name.utf8) })?.value else {
            return .absent(.noField(.name(name), of: address, known: fieldNames ?? fields.map(\.name)))
        }
        return .found(value)
    }
}

extension SecretPayload {
    /// Every field of a key/value secret, or of a text that is a JSON object, in the order of the source.
    func fields(of address: SecretAddress) throws(ProviderError) -> [(name: String, value: Secret)] {
        switch content {
        case .fields(let fields):
            return fields
        case .text(let secret), .object(let secret):
            return try jsonValue(secret, of: address).fields(of: address)
        }
    }

    /// The same for the part that `field` leads to.
    func fields(
        _ field: SecretReference.Field?,
        of address: SecretAddress
    ) throws(ProviderError) -> Picked<[(name: String, value: Secret)]> {
        guard let field else { return .found(try fields(of: address)) }
        switch content {
        case .text(let secret), .object(let secret):
            guard let part = try jsonValue(secret, of: address).picking(field, of: address) else {
                return .absent(.noField(field, of: address))
            }
            // A string may hold a document of its own, as a secret inside a secret often does.
            let value = part.kind == .string ? try jsonValue(part.secret(), of: address) : part
            return .found(try value.fields(of: address))
        case .fields:
            switch try pick(field, of: address) {
            case .found(let secret): return .found(try jsonValue(secret, of: address).fields(of: address))
            case .absent(let absence): return .absent(absence)
            }
        }
    }
}

private func jsonValue(_ secret: Secret, of address: SecretAddress) throws(ProviderError) -> JSONValue {
    do throws(JSONError) {
        return try JSONValue(parsing: secret)
    } catch {
        throw .notJSON(address, error)
    }
}

extension JSONValue {
    fileprivate func picking(
        _ field: SecretReference.Field,
        of address: SecretAddress
    ) throws(ProviderError) -> JSONValue? {
        switch field {
        case .pointer(let tokens):
            return value(at: tokens)
        case .name(let name):
            guard kind == .object else { throw .notAnObject(address, self) }
            return member(name)
        }
    }

    fileprivate func fields(of address: SecretAddress) throws(ProviderError) -> [(name: String, value: Secret)] {
        guard kind == .object else { throw .notAnObject(address, self) }
        return members.map { ($0.name, $0.value.secret()) }
    }
}
