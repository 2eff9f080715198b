import SecretMemory
import Testing

@testable import RemoteProviders

/// AWS' own examples: ListUsers of the IAM User Guide, and the Signature Version 4 test suite.
struct AWSSignerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var host = "example.amazonaws.com"
        var service = "service"
        var method = HTTPRequest.Method.get
        var target = "/"
        var contentType: String?
        var body: String?
        var signed: String
        var signature: String

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "ListUsers",
            host: "iam.amazonaws.com",
            service: "iam",
            target: "/?Action=ListUsers&Version=2010-05-08",
            contentType: "application/x-www-form-urlencoded; charset=utf-8",
            signed: "content-type;host;x-amz-date",
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        ),
        Case(
            name: "get-vanilla",
            signed: "host;x-amz-date",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Case(
            name: "post-vanilla",
            method: .post,
            signed: "host;x-amz-date",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
        Case(
            name: "post-x-www-form-urlencoded",
            method: .post,
            contentType: "application/x-www-form-urlencoded",
            body: "Param1=value1",
            signed: "content-type;host;x-amz-date",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        ),
        Case(
            name: "get-vanilla-query-order-key-case",
            target: "/?Param2=value2&Param1=value1",
            signed: "host;x-amz-date",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
    ]

    @Test(arguments: cases)
    func signaturesAreThoseOfThePublishedExamples(_ example: Case) throws {
        var request = HTTPRequest(example.method, WebAddress(.https, host: example.host), example.target)
        if let contentType = example.contentType { request.set("Content-Type", contentType) }
        request.body = example.body.map { Secret(copying: $0) }
        let credentials = AWSCredentials(
            accessKey: "AKIDEXAMPLE",
            secretKey: Secret(copying: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            source: "the example"
        )
        let time = try #require(UTCTime("2015-08-30T12:36:00Z"))
        AWSSigner(credentials: credentials, region: "us-east-1", service: example.service, time: time).sign(&request)
        guard case .secret(let value)? = request.headers.last(where: { $0.name == "Authorization" })?.value else {
            Issue.record("no signature")
            return
        }
        let scope = "AKIDEXAMPLE/20150830/us-east-1/\(example.service)/aws4_request"
        let expected =
            "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=\(example.signed), Signature=\(example.signature)"
        #expect(value.plainCopy() == expected)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T05:45:32Z", 1_795_239_932),
        ("2026-11-21T05:45:32.123Z", 1_795_239_932),
        ("2026-11-21T05:45:32UTC", 1_795_239_932),
    ])
    func timesAreReadAsTheServicesWriteThem(_ text: String, _ seconds: Int) {
        #expect(UTCTime(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "2026-11-21", "2026-11-21T05:45:32", "2026-11-21T05:45:32+01:00", "yesterday"])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(UTCTime(text) == nil)
    }
}
