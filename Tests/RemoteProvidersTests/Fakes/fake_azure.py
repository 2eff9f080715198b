"""Key Vault, a login service and managed identities, from Microsoft's API references.

Key Vault: learn.microsoft.com/rest/api/keyvault/secrets/get-secret (7.4). Login: "Microsoft identity platform and the
OAuth 2.0 client credentials flow". Managed identity: "How to use managed identities ... to acquire an access token".
"""

import base64
import json
import sys
from urllib.parse import parse_qs

import fake

TENANT = "11111111-2222-3333-4444-555555555555"


class Azure(fake.Fake):
    secrets = {
        "openai": [("v1", "sk-old"), ("v2", "sk-new")],
        "db-password": [("v1", "pw")],
        "json": [("v1", '{"a": "value-of-a", "n": {"b": [1]}, "path": "x"}')],
        "contract-flaky": [("v1", "finally")],
    }
    resource = "https://127.0.0.1"

    def refusal(self):
        return self.error("Forbidden", "AccessDenied")

    def error(self, code, inner=None):
        return {"error": {"code": code, "message": self.echo, "innererror": {"code": inner} if inner else None}}

    def answer(self, method, path, query, headers, body):
        fields = {name: values[0] for name, values in parse_qs(query).items()}
        if path.endswith("/oauth2/v2.0/token"):
            return self.login(path, {name: values[0] for name, values in parse_qs(body.decode()).items()})
        if path == "/metadata/identity/oauth2/token":
            if headers.get("metadata") != "true" or fields.get("api-version") != "2018-02-01":
                return 400, {"error": "invalid_request"}
            return 200, {"access_token": "token-of-imds", "expires_in": "3599"}
        if path == "/msi/token":
            if headers.get("x-identity-header") != "identity-header" or fields["resource"] != self.resource:
                return 400, {"error": "invalid_request"}
            return 200, {"access_token": "token-of-app-service:" + fields.get("client_id", "")}
        if path == "/github":
            if headers.get("authorization") != "Bearer github-request-token":
                return 401, None
            return 200, {"value": "github-jwt-for-" + fields["audience"]}
        authorization = headers.get("authorization", "")
        if not authorization.startswith("Bearer token-of-"):
            port = self.server.server_port
            challenge = f'Bearer authorization="http://127.0.0.1:{port}/{TENANT}", resource="{self.resource}"'
            return 401, self.error("Unauthorized"), {"WWW-Authenticate": challenge}
        if fields.get("api-version") != "7.4":
            return 400, self.error("BadParameter")
        parts = path.split("/")[2:]
        if parts[0] == "whoami":
            return 200, {"value": authorization.removeprefix("Bearer ")}
        versions = self.secrets.get(parts[0])
        found = [value for version, value in versions or [] if len(parts) < 2 or version == parts[1]]
        if not found:
            return 404, self.error("SecretNotFound")
        return 200, {"value": found[-1], "id": f"https://v.vault.azure.net/secrets/{parts[0]}/v", "attributes": {}}

    def login(self, path, fields):
        tenant = path.split("/")[1]
        if tenant not in (TENANT, "own-tenant") or fields.get("scope") != self.resource + "/.default":
            return 400, {"error": "invalid_request", "error_description": fake.ECHOED}
        if fields.get("client_secret") == "client-secret-1":
            return 200, {"access_token": f"token-of-secret:{tenant}", "token_type": "Bearer"}
        assertion = fields.get("client_assertion", "")
        if assertion in ("federated-jwt", "github-jwt-for-api://AzureADTokenExchange"):
            return 200, {"access_token": "token-of-" + assertion}
        if assertion.count(".") == 2:
            pad = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))  # noqa: E731
            header, claims, signature = (pad(part) for part in assertion.split("."))
            claims = json.loads(claims)
            if self.verify(assertion, json.loads(header)) and claims["aud"].endswith("/oauth2/v2.0/token"):
                return 200, {"access_token": "token-of-certificate:" + claims["sub"]}
        return 401, {"error": "invalid_client", "error_description": fake.ECHOED}

    def verify(self, assertion, header):
        """Against the certificate that the test was told to use."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        certificate = x509.load_pem_x509_certificate(open(CERTIFICATE, "rb").read())
        body, signature = assertion.rsplit(".", 1)
        certificate.public_key().verify(
            base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)), body.encode(), padding.PKCS1v15(),
            hashes.SHA256(),
        )  # fmt: skip
        print_of = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).decode().rstrip("=")
        return header["x5t"] == print_of


CERTIFICATE = sys.argv[sys.argv.index("--certificate") + 1] if "--certificate" in sys.argv else None
if __name__ == "__main__":
    fake.run(Azure, sys.argv)
