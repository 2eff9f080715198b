internal import ManifestFormat
internal import SecretMemory
import Testing

@testable import SecretProviders

struct FieldPickingTests {
    @Test(arguments: [
        (#"{"a":"x"}"#, nil, #"{"a":"x"}"#), (#"{"a":"x","b":2}"#, "a", "x"), (#"{"a":"x","b":[2, 3]}"#, "b", "[2, 3]"),
        (#"{"a":null}"#, "a", "null"), ("plain text", nil, "plain text"),
    ])
    func aTextIsWholeOrAJSONDocument(text: String, field: String?, value: String) throws {
        let payload = SecretPayload(.text(Secret(copying: text)))
        #expect(try payload.pick(field.map { .name($0) }, of: address("aws", "x")).text == value)
    }

    @Test func aKeyValueSecretHasAnOnlyField() throws {
        let one = SecretPayload(.object(Secret(copying: #"{"password":"x"}"#)))
        #expect(try one.pick(nil, of: address("vault", "x")).text == "x")
        let none = SecretPayload(.object(Secret(copying: "{}")))
        #expect(try none.pick(nil, of: address("vault", "x")).absence?.reason == .noSuchField)
    }

    @Test func severalFieldsAreListed() {
        let payload = SecretPayload(.object(Secret(copying: #"{"user":"hunter2","password":"hunter3"}"#)))
        #expect(
            throws: ProviderError(
                .malformed,
                "vault:x has 2 fields and the reference picks none",
                hints: ["pick one: #user, #password"]
            )
        ) {
            try payload.pick(nil, of: address("vault", "x"))
        }
    }

    @Test func aPointerGoesDeep() throws {
        let payload = SecretPayload(.text(Secret(copying: #"{"a":[{"b":"x"}]}"#)))
        #expect(try payload.pick(.pointer(["a", "0", "b"]), of: address("aws", "x")).text == "x")
        #expect(
            try payload.pick(.pointer(["a", "1"]), of: address("aws", "x")).absence
                == Absence(.noSuchField, "no field '#/a/1' in aws:x")
        )
    }

    @Test func textThatIsNoJSONHasNoFieldsAndIsNotQuoted() {
        let payload = SecretPayload(.text(Secret(copying: "hunter2")))
        #expect(
            throws: ProviderError(
                .malformed,
                "aws:x is no JSON document, so no field can be picked: unexpected character at byte 1"
            )
        ) {
            try payload.pick(.name("a"), of: address("aws", "x"))
        }
        #expect(throws: ProviderError(.malformed, "aws:x holds a JSON array, which has no named fields")) {
            try SecretPayload(.text(Secret(copying: "[]"))).pick(.name("a"), of: address("aws", "x"))
        }
    }

    @Test func dotenvTakesTheVariablesOwnName() throws {
        let payload = SecretPayload(.fields([("A", Secret(copying: "1")), ("B", Secret(copying: "2"))]))
        #expect(try payload.pick(nil, of: address("dotenv"), ownName: "B").text == "2")
        #expect(try payload.pick(.name("A"), of: address("dotenv"), ownName: "B").text == "1")
        #expect(try payload.pick(nil, of: address("dotenv"), ownName: "C").absence?.reason == .noSuchField)
    }

    @Test func aGroupTakesAllFieldsOfAPart() throws {
        let nested = SecretPayload(.text(Secret(copying: #"{"x":{"a":1,"b":"2"},"y":"{\"c\":3}"}"#)))
        #expect(try nested.fields(.name("x"), of: address("aws", "x")).texts == ["a=1", "b=2"])
        #expect(try nested.fields(.name("y"), of: address("aws", "x")).texts == ["c=3"])
        #expect(try nested.fields(.name("z"), of: address("aws", "x")).texts == nil)
        #expect(try nested.fields(nil, of: address("aws", "x")).texts?.count == 2)
    }
}

extension Picked<Secret> {
    fileprivate var text: String? {
        guard case .found(let secret) = self else { return nil }
        return secret.text
    }

    fileprivate var absence: Absence? {
        guard case .absent(let absence) = self else { return nil }
        return absence
    }
}

extension Picked<[(name: String, value: Secret)]> {
    fileprivate var texts: [String]? {
        guard case .found(let fields) = self else { return nil }
        return fields.map { "\($0.name)=\($0.value.text)" }
    }
}
