"""What is around AWS: metadata of instances and containers, STS, SSO, and services that misbehave."""

import json
import sys
from urllib.parse import parse_qs

import fake

TOKEN = "imds-session-token"
EXPIRES = "2099-01-01T00:00:00Z"


def role_xml(action, key):
    return f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
    <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret-of-{key}</SecretAccessKey>
    <SessionToken>token-of-{key}</SessionToken><Expiration>{EXPIRES}</Expiration></Credentials></{action}Result>
    </{action}Response>""".encode()


class AWS(fake.Fake):
    def refusal(self):
        return {"__type": "AccessDeniedException", "message": self.echo}

    def answer(self, method, path, query, headers, body):
        target = headers.get("x-amz-target", "")
        if target:
            return self.service(target, json.loads(body), headers)
        # IMDSv2
        if path == "/latest/api/token":
            if method != "PUT" or "x-aws-ec2-metadata-token-ttl-seconds" not in headers:
                return 400, None
            return 200, TOKEN.encode()
        if path.startswith("/latest/meta-data/iam/security-credentials/"):
            if headers.get("x-aws-ec2-metadata-token") != TOKEN:
                return 401, None
            if path.endswith("/"):
                return 200, b"instance-role"
            return 200, {**self.metadata("AKIAINSTANCE"), "Code": "Success"}
        # ECS and EKS
        if path == "/container":
            if headers.get("authorization") != "container-token":
                return 403, {"message": fake.ECHOED}
            return 200, self.metadata("AKIACONTAINER")
        # SSO
        if path == "/federation/credentials":
            if headers.get("x-amz-sso_bearer_token") not in ("sso-token", "sso-renewed"):
                return 401, {"message": fake.ECHOED}
            fields = parse_qs(query)
            key = "AKIASSO" + fields["account_id"][0] + fields["role_name"][0]
            return 200, {
                "roleCredentials": {
                    "accessKeyId": key, "secretAccessKey": f"secret-of-{key}", "sessionToken": f"token-of-{key}",
                    "expiration": 4070908800000,
                }  # fmt: skip
            }
        if path == "/token":
            fields = json.loads(body)
            if fields.get("refreshToken") != "sso-refresh" or fields.get("grantType") != "refresh_token":
                return 400, {"error": "invalid_grant"}
            return 200, {"accessToken": "sso-renewed", "expiresIn": 3600, "refreshToken": "sso-refresh-2"}
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return self.tokens(fields, headers)

    def metadata(self, key):
        return {
            "AccessKeyId": key, "SecretAccessKey": f"secret-of-{key}", "Token": f"token-of-{key}",
            "Expiration": EXPIRES,
        }  # fmt: skip

    def tokens(self, fields, headers):
        action = fields.get("Action")
        if action == "AssumeRoleWithWebIdentity":
            if "authorization" in headers or fields["WebIdentityToken"] != "web-identity-token":
                return 400, b"<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>"
            return 200, role_xml(action, "AKIAWEB")
        if action == "AssumeRole":
            if "external" in fields["RoleArn"] and fields.get("ExternalId") != "external-1":
                return 403, b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
            source = headers["authorization"].split("Credential=")[1].split("/")[0]
            return 200, role_xml(action, f"AKIAROLE.{source}")
        return 400, b"<ErrorResponse><Error><Code>InvalidAction</Code></Error></ErrorResponse>"

    def service(self, target, fields, headers):
        """Shows which credentials a request was signed with."""
        key = headers["authorization"].split("Credential=")[1].split("/")[0]
        token = headers.get("x-amz-security-token", "")
        name = fields.get("SecretId") or fields.get("Name") or ""
        if target.endswith("BatchGetSecretValue") or target.endswith("GetParameters"):
            return 400, {"__type": "AccessDeniedException", "message": fake.ECHOED}
        if "throttled" in name:
            with self.lock:
                count = self.flaky[name] = self.flaky.get(name, 0) + 1
            if count < 3:
                return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
        if "nope" in name:
            code = "ParameterNotFound" if "ssm" in target.lower() else "ResourceNotFoundException"
            return 400, {"__type": code, "message": fake.ECHOED}
        value = f"{name} by {key} {token}".strip()
        if name.endswith("document"):
            value = json.dumps({"a": "value-of-a", "n": {"b": [1]}, "path": "x"})
        if "ssm" in target.lower():
            return 200, {"Parameter": {"Name": name, "Value": value, "Type": "SecureString", "Version": 1}}
        return 200, {"Name": name, "SecretString": value, "ARN": "arn"}


fake.run(AWS, sys.argv)
