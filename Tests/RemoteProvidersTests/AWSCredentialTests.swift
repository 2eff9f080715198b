import Glibc
import ManifestFormat
import SecretProviders
import Testing

@testable import RemoteProviders

/// Each place that credentials come from; the fake answers with the key that a request was signed with.
struct AWSCredentialTests {
    let server: FakeServer
    let home: TemporaryHome

    init() throws {
        server = try FakeServer.shared("fake_aws.py")
        home = TemporaryHome()
    }

    private func fetch(
        _ environment: [String: String],
        _ settings: [String: String] = [:],
        path: String = "s"
    ) -> Outcome {
        let own = [
            "HOME": home.path, "PATH": "/nowhere", "AWS_ENDPOINT_URL": server.address, "AWS_REGION": "eu-west-1",
        ]
        let test = RemoteTest(environment: own.merging(environment) { $1 })
        return test.fetch(test.configuration(.aws, settings), path)
    }

    @Test func nothingAnywhereIsAbsent() {
        #expect(fetch([:]) == .absent(.notConfigured))
        let environment = ["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"]
        #expect(fetch(environment) == .absent(.notConfigured))
    }

    @Test func theEnvironmentComesFirst() {
        home.write(".aws/credentials", "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n")
        let environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "tok"]
        #expect(fetch(environment) == .found("s by AKIAENV tok"))
        #expect(fetch([:]) == .found("s by AKIAFILE"))
    }

    @Test func aWebIdentityIsExchanged() {
        home.write("token", "web-identity-token\n")
        let environment = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": home.path + "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/app",
        ]
        #expect(fetch(environment) == .found("s by AKIAWEB token-of-AKIAWEB"))
        let missing = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere", "AWS_ROLE_ARN": "arn:aws:iam::1:role/app"]
        #expect(fetch(missing) == .failed(.misconfigured, "aws: there is no file /nowhere"))
    }

    @Test func rolesOfProfilesAreAssumedThroughTheirSources() {
        home.write(
            ".aws/config",
            """
            [profile base]
            aws_access_key_id = AKIABASE
            aws_secret_access_key = s
            [profile middle]
            role_arn = arn:aws:iam::1:role/middle
            source_profile = base
            [profile app]
            role_arn = arn:aws:iam::1:role/external
            external_id = external-1
            source_profile = middle
            [profile self]
            role_arn = arn:aws:iam::1:role/self
            source_profile = self
            aws_access_key_id = AKIASELF
            aws_secret_access_key = s
            [profile circle]
            role_arn = arn:aws:iam::1:role/circle
            source_profile = circle2
            [profile circle2]
            role_arn = arn:aws:iam::1:role/circle
            source_profile = circle
            [profile env]
            role_arn = arn:aws:iam::1:role/env
            credential_source = Environment
            """
        )
        #expect(fetch(["AWS_PROFILE": "base"]) == .found("s by AKIABASE"))
        #expect(fetch(["AWS_PROFILE": "middle"]) == .found("s by AKIAROLE.AKIABASE token-of-AKIAROLE.AKIABASE"))
        let nested = "AKIAROLE.AKIAROLE.AKIABASE"
        #expect(fetch(["AWS_PROFILE": "app"]) == .found("s by \(nested) token-of-\(nested)"))
        #expect(fetch([:], ["profile": "self"]) == .found("s by AKIAROLE.AKIASELF token-of-AKIAROLE.AKIASELF"))
        #expect(fetch(["AWS_PROFILE": "circle"]).failure == .misconfigured)
        #expect(fetch(["AWS_PROFILE": "typo"]).message.contains("there is no AWS profile 'typo'"))
        let keys = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"]
        #expect(fetch(keys, ["profile": "env"]) == .found("s by AKIAROLE.AKIAENV token-of-AKIAROLE.AKIAENV"))
        let newlines = ["AWS_SECRET_ACCESS_KEY": "s\n", "AWS_SESSION_TOKEN": "tok\n"]
        #expect(fetch(keys.merging(newlines) { $1 }, ["profile": "env"]) == fetch(keys, ["profile": "env"]))
    }

    @Test func aProcessMayGiveThem() {
        home.write(
            ".aws/config",
            """
            [profile tool]
            credential_process = echo '{"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s"}' # why
            [profile broken]
            credential_process = exit 3
            """
        )
        #expect(fetch(["AWS_PROFILE": "tool"]) == .found("s by AKIAPROCESS"))
        #expect(fetch(["AWS_PROFILE": "broken"]).failure == .misconfigured)
    }

    @Test func aSessionOfSingleSignOnIsUsedAndRenewed() throws {
        home.write(
            ".aws/config",
            """
            [profile dev]
            sso_session = corp
            sso_account_id = 123
            sso_role_name = Reader
            [sso-session corp]
            sso_start_url = https://corp.awsapps.com/start
            sso_region = eu-west-1
            """
        )
        #expect(fetch(["AWS_PROFILE": "dev"]).message.contains("aws sso login --profile dev"))
        // The tool names the file by the session's digest.
        let file = ".aws/sso/cache/\(home.sha1(of: "corp")).json"
        home.write(file, #"{"accessToken": "sso-token", "expiresAt": "2099-01-01T00:00:00Z"}"#)
        let expected = Outcome.found("s by AKIASSO123Reader token-of-AKIASSO123Reader")
        #expect(fetch(["AWS_PROFILE": "dev"]) == expected)
        home.write(file, #"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z"}"#)
        #expect(fetch(["AWS_PROFILE": "dev"]).message.contains("has expired"))
        home.write(
            file,
            #"{"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "refreshToken": "sso-refresh", "clientId": "c", "clientSecret": "cs"}"#
        )
        #expect(fetch(["AWS_PROFILE": "dev"]) == expected)
        let kept = home.read(file)
        #expect(kept.contains("sso-renewed") && kept.contains("sso-refresh-2") && kept.contains(#""clientId":"c""#))
    }

    @Test func aContainersAgentIsAskedWithItsToken() {
        let full = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.address + "/container"]
        let token = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token"]
        #expect(fetch(full.merging(token) { $1 }) == .found("s by AKIACONTAINER token-of-AKIACONTAINER"))
        home.write("token", "container-token")
        let file = ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": home.path + "/token"]
        #expect(fetch(full.merging(file) { $1 }) == .found("s by AKIACONTAINER token-of-AKIACONTAINER"))
        #expect(fetch(full).failure == .refused)
        let elsewhere = fetch(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://10.0.0.1/container"])
        #expect(elsewhere.message.contains("none of the container agents"))
    }

    @Test func anInstancesRoleIsFoundByIMDSv2() {
        let environment = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.address]
        #expect(fetch(environment) == .found("s by AKIAINSTANCE token-of-AKIAINSTANCE"))
    }

    @Test func throttlingIsWaitedOut() {
        let environment = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"]
        #expect(fetch(environment, path: "throttled") == .found("throttled by AKIAENV"))
    }

    @Test func theToolIsTheLastResort() {
        home.write(
            "bin/aws",
            """
            #!/bin/sh
            [ "$*" = "configure export-credentials --format process" ] || exit 1
            echo '{"Version": 1, "AccessKeyId": "AKIATOOL", "SecretAccessKey": "s"}'
            """,
            mode: 0o755
        )
        let path = ["PATH": home.path + "/bin:/usr/bin:/bin"]
        #expect(fetch(path) == .found("s by AKIATOOL"))
        #expect(fetch(path, ["mode": "api"]) == .absent(.notConfigured))
        let keys = path.merging(["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"]) { $1 }
        #expect(fetch(keys) == .found("s by AKIAENV"))
        #expect(fetch(keys, ["mode": "cli"]) == .found("s by AKIATOOL"))
    }

    @Test func aRegionsNameCannotNameAnotherHost() {
        let environment = [
            "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": "",
        ]
        let outcome = fetch(environment, ["region": "evil.test/"])
        #expect(outcome == .failed(.misconfigured, "aws: the region's name holds characters that no region has"))
    }

    @Test(arguments: [
        ("eu-west-1", false, false, "secretsmanager.eu-west-1.amazonaws.com"),
        ("cn-north-1", false, false, "secretsmanager.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", true, false, "secretsmanager-fips.us-gov-west-1.amazonaws.com"),
        ("us-iso-east-1", false, false, "secretsmanager.us-iso-east-1.c2s.ic.gov"),
        ("us-isob-east-1", false, false, "secretsmanager.us-isob-east-1.sc2s.sgov.gov"),
        ("eu-west-1", false, true, "secretsmanager.eu-west-1.api.aws"),
        ("eu-west-1", true, true, "secretsmanager-fips.eu-west-1.api.aws"),
    ])
    func partitionsHaveTheirOwnHosts(_ region: String, _ fips: Bool, _ dualStack: Bool, _ host: String) {
        let partition = AWSPartition(region: region)
        #expect(partition.host(of: "secretsmanager", in: region, fips: fips, dualStack: dualStack) == host)
    }
}
