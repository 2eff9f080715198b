"""Secret Manager, token services and the metadata server, from Google's API references.

cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access; developers.google.com/identity
"Using OAuth 2.0 for Server to Server Applications"; cloud.google.com/iam "Workload identity federation", AIP-4117.
"""

import base64
import json
import sys
from urllib.parse import parse_qs, unquote

import fake


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 if crc & 1 else crc >> 1
    return crc ^ 0xFFFFFFFF


class GCP(fake.Fake):
    secrets = {
        "projects/p/secrets/openai": ["sk-old", "sk-new"],
        "projects/p/secrets/document": ['{"a": "value-of-a", "n": {"b": [1]}, "path": "x"}'],
        "projects/p/secrets/empty": [""],
        "projects/p/secrets/damaged": ["damaged"],
        "projects/p/secrets/contract-flaky": ["finally"],
        "projects/p/locations/europe-west1/secrets/near": ["regional"],
    }

    def refusal(self):
        return self.error(403, "PERMISSION_DENIED")

    def error(self, code, status):
        return {"error": {"code": code, "message": self.echo, "status": status}}

    def answer(self, method, path, query, headers, body):
        path = unquote(path)
        if path == "/token" or path == "/v1/token":
            return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        if path.startswith("/v1/projects/-/serviceAccounts/"):
            if not headers.get("authorization", "").startswith("Bearer token-of-"):
                return 403, self.error(403, "PERMISSION_DENIED")
            scopes = json.loads(body)["scope"]
            name = path.split("/")[-1].removesuffix(":generateAccessToken")
            return 200, {"accessToken": f"token-of-{name}", "expireTime": "2099-01-01T00:00:00Z"} if scopes else {}
        if path.startswith("/computeMetadata/"):
            if headers.get("metadata-flavor") != "Google":
                return 403, None
            return 200, {"access_token": "token-of-metadata", "expires_in": 3599}, {"Metadata-Flavor": "Google"}
        if path == "/identity":
            if headers.get("x-own") != "header":
                return 403, None
            return 200, {"value": "url-jwt"}
        authorization = headers.get("authorization", "")
        if not authorization.startswith("Bearer token-of-"):
            return 401, self.error(401, "UNAUTHENTICATED")
        if path.endswith("/secrets/whoami/versions/latest:access"):
            return self.version((authorization + " " + headers.get("x-goog-user-project", "")).strip().encode())
        name, _, version = path.removeprefix("/v1/").removesuffix(":access").partition("/versions/")
        versions = self.secrets.get(name)
        if version == "disabled":
            return 400, self.error(400, "FAILED_PRECONDITION")
        index = {"latest": len(versions or []), "stable": 1}.get(version) or (int(version) if version.isdigit() else 0)
        if versions is None or not 0 < index <= len(versions):
            return 404, self.error(404, "NOT_FOUND")
        return self.version(versions[index - 1].encode(), damaged=name.endswith("damaged"))

    def version(self, data, damaged=False):
        payload = {"data": base64.b64encode(data).decode(), "dataCrc32c": str(crc32c(data) + (1 if damaged else 0))}
        if not data:
            payload.pop("data")
        return 200, {"name": "n", "payload": payload}

    def token(self, fields):
        kind = fields.get("grant_type")
        if kind == "refresh_token":
            good = (fields["client_id"], fields["client_secret"], fields["refresh_token"]) == ("c", "cs", "refresh-1")
            return (200, {"access_token": "token-of-user"}) if good else (400, {"error": "invalid_grant"})
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            claims = self.verified(fields["assertion"])
            if not claims or "cloud-platform" not in claims["scope"]:
                return 400, {"error": "invalid_grant", "error_description": fake.ECHOED}
            return 200, {"access_token": "token-of-" + claims["iss"]}
        if kind == "urn:ietf:params:oauth:grant-type:token-exchange":
            subject = fields["subject_token"]
            if fields["subject_token_type"] == "urn:ietf:params:aws:token-type:aws4_request":
                request = json.loads(unquote(subject))
                names = {header["key"].lower(): header["value"] for header in request["headers"]}
                signed = "x-goog-cloud-target-resource" in names["authorization"]
                if signed and names["x-goog-cloud-target-resource"] == fields["audience"]:
                    return 200, {"access_token": "token-of-aws"}
            if subject in ("file-jwt", "url-jwt", "program-jwt"):
                return 200, {"access_token": "token-of-" + subject}
        return 400, {"error": "invalid_grant", "error_description": fake.ECHOED}

    def verified(self, token):
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding

        pad = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))  # noqa: E731
        key = serialization.load_pem_private_key(open(KEY, "rb").read(), None).public_key()
        body, signature = token.rsplit(".", 1)
        try:
            key.verify(pad(signature), body.encode(), padding.PKCS1v15(), hashes.SHA256())
        except Exception:
            return None
        return json.loads(pad(body.split(".")[1]))


KEY = sys.argv[sys.argv.index("--key") + 1] if "--key" in sys.argv else None
if __name__ == "__main__":
    fake.run(GCP, sys.argv)
