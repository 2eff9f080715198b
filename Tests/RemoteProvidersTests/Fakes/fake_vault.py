"""A Vault of ours: the answers are those of a real server, to which `--check TRANSCRIPT` holds them."""

import base64
import json
import sys
import threading
import uuid
from urllib.parse import parse_qs, unquote

import fake

ROOT = "root-token"
NARROW = "narrow-token"
BLIND = "blind-token"
LEASE_SECONDS = 60
SHORT_SECONDS = 3  # or what --lease-seconds says


def envelope(data=None, **extra):
    answer = {
        "request_id": str(uuid.uuid4()), "lease_id": "", "renewable": False, "lease_duration": 0, "data": data,
        "wrap_info": None, "warnings": None, "auth": None,
    }  # fmt: skip
    return {**answer, **extra}


def metadata(version, deleted=False, destroyed=False):
    return {
        "created_time": "2026-11-21T05:45:32.482690785Z",
        "deletion_time": "2026-11-21T05:45:32.484242589Z" if deleted else "",
        "destroyed": destroyed,
        "version": version,
    }


class Vault(fake.Fake):
    # mount: (type, version)
    mounts = {
        "secret/": ("kv", "2"), "kv1/": ("kv", "1"), "team/kv/": ("kv", "2"), "team/old/": ("kv", "1"),
        "aws/": ("aws", None), "pki/": ("pki", None),
    }  # fmt: skip
    versioned = {
        "secret/app": [
            {"db": "pw", "openai": "sk-v1"},
            {"db": "pw", "n": 5, "nested": {"a": [1, "x", None, True]}, "openai": "sk-v2"},
        ],
        "secret/document": [{"a": "value-of-a", "n": {"b": [1]}, "path": "x"}],
        "secret/gone": ["deleted"],
        "secret/dead": ["destroyed"],
        "team/kv/deep/app": [{"only": "nested"}],
        "secret/contract-flaky": [{"key": "finally"}],
    }
    plain = {"kv1/team/app": {"token": "t1", "ttl": "30m"}, "team/old/app": {"only": "old"}}
    tokens = {ROOT: "root", NARROW: "narrow", BLIND: "blind"}
    leases = {}
    wrapped = {}
    sealed = False
    short_leases = False

    def answer(self, method, path, query, headers, body):
        path = unquote(path)
        fields = json.loads(body) if body else {}
        if self.sealed or "sealed" in path:
            if path == "/v1/sys/health":
                return 503, {"initialized": True, "sealed": True, "standby": True}
            return 503, {"errors": ["error performing token check: Vault is sealed"]}
        if headers.get("x-vault-namespace") == "wrong":
            return 404, {"errors": ["no handler for route 'secret/app'"]}
        path = path.removeprefix("/v1/")
        if path == "/github":
            # GitHub Actions' endpoint for identity tokens.
            if headers.get("authorization") != "Bearer github-request-token":
                return 401, {"message": self.echo}
            return 200, {"value": "identity-jwt-for-" + parse_qs(query).get("audience", ["nobody"])[0]}
        if path == "sys/health":
            return 200, {"initialized": True, "sealed": False, "standby": False}
        if path.startswith("auth/") and "/login" in path:
            return self.login(path, fields, headers)
        token = headers.get("x-vault-token")
        if not token:
            return 400, {"errors": ["missing client token"]}
        with self.lock:
            kind = self.tokens.get(token)
        if path == "sys/wrapping/unwrap":
            return self.unwrap(token)
        if kind is None:
            return 403, {"errors": ["permission denied"]}
        return self.with_token(method, path, query, token, kind, fields)

    def with_token(self, method, path, query, token, kind, fields):
        if path.startswith("sys/internal/ui/mounts/"):
            return self.mount(path.removeprefix("sys/internal/ui/mounts/"), kind)
        if path == "auth/token/lookup-self":
            return 200, envelope({"ttl": 59, "renewable": True, "path": "auth/approle/login", "type": "service"})
        if path == "auth/token/renew-self":
            return 200, envelope(auth=self.auth(token, ["app", "default"]))
        if path == "auth/token/revoke-self":
            with self.lock:
                self.tokens.pop(token, None)
                for lease in [lease for lease, owner in self.leases.items() if owner == token]:
                    self.leases.pop(lease)
            return 204, None
        if path.startswith("sys/leases/"):
            return self.lease(path.rsplit("/", 1)[1], fields)
        mount = next((m for m in self.mounts if (path + "/").startswith(m)), None)
        if mount is None:
            return 404, {"errors": [f"no handler for route '{path}'"]}
        if mount == "aws/":
            return self.credentials(path, token)
        if mount == "pki/":
            if method == "GET":
                return 405, {"errors": ["1 error occurred:\n\t* unsupported operation\n\n"]}
            return 200, envelope({"certificate": "-----" + fields.get("common_name", ""), "private_key": "key-of-pki"})
        return self.kv(mount, path, query, kind)

    def mount(self, path, kind):
        mount = next((m for m in self.mounts if (path + "/").startswith(m)), None)
        if mount is None or kind == "blind":
            return 403, {
                "errors": [
                    "preflight capability check returned 403, please ensure client's policies grant access to path "
                    f'"{path}/"'
                ]
            }
        type, version = self.mounts[mount]
        return 200, envelope(
            {
                "accessor": "kv_1139708c", "config": {}, "description": "", "external_entropy_access": False,
                "local": False, "options": {"version": version} if version else None, "path": mount,
                "seal_wrap": False, "type": type, "uuid": "e9cb2f4f-2e00-dee5-a71a-4fa124beac12",
            }  # fmt: skip
        )

    def kv(self, mount, path, query, kind):
        rest = path.removeprefix(mount)
        if kind in ("narrow", "blind") and rest not in (
            "data/app", "team/app", "data/deep/app", "app", "data/nope",
        ):  # fmt: skip
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        # A policy for KV v2 names `data/`: the path without it is refused.
        if kind in ("narrow", "blind") and self.mounts[mount][1] == "2" and not rest.startswith("data/"):
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        if self.mounts[mount][1] == "1":
            if path in self.plain:
                return 200, envelope(self.plain[path], lease_duration=1800)
            return 404, {"errors": []}
        if not rest.startswith("data/"):
            return 404, envelope(
                warnings=[
                    "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API "
                    "endpoints to use. If using the Vault CLI, use 'vault kv get' for this operation."
                ]
            )
        name = mount + rest.removeprefix("data/")
        if name.startswith("secret/bulk/"):
            return 200, envelope({"data": {"value": "value-of-" + name}, "metadata": metadata(1)})
        versions = self.versioned.get(name)
        version = int(parse_qs(query).get("version", [len(versions or [])])[0])
        if versions is None or version > len(versions):
            return 404, {"errors": []}
        data = versions[version - 1]
        if isinstance(data, str):
            return 404, envelope(
                {"data": None, "metadata": metadata(version, data == "deleted", data == "destroyed")}
            )
        return 200, envelope({"data": data, "metadata": metadata(version)})

    def credentials(self, path, token):
        if not path.startswith("aws/creds/dev"):
            role = path.rsplit("/", 1)[1]
            return 400, {"errors": [f"Role '{role}' not found"]}
        lease = f"{path}/{uuid.uuid4()}"
        with self.lock:
            self.leases[lease] = token
        return 200, envelope(
            {"access_key": "AKIAFAKE", "secret_key": f"aws-secret-key-of-{lease}", "security_token": None},
            lease_id=lease, renewable=not path.endswith("fixed"),
            lease_duration=SHORT_SECONDS if self.short_leases else LEASE_SECONDS,
        )  # fmt: skip

    def lease(self, what, fields):
        lease = fields.get("lease_id")
        with self.lock:
            known = lease in self.leases
            if what == "revoke":
                self.leases.pop(lease, None)
        if what == "revoke":
            return 204, None
        if what == "renew" and "fixed" in lease and known:
            return 400, {"errors": ["lease is not renewable"]}
        if not known or (what == "renew" and "lost" in lease):
            return 400, {"errors": ["lease not found"]}
        seconds = SHORT_SECONDS if self.short_leases else LEASE_SECONDS
        if what == "renew":
            return 200, envelope(lease_id=lease, renewable=True, lease_duration=seconds)
        return 200, envelope({"id": lease, "renewable": True, "ttl": seconds})

    # Logins

    def login(self, path, fields, headers):
        _, mount, _, *rest = path.split("/")
        accepted = {
            "approle": lambda: fields == {"role_id": "role-1", "secret_id": "secret-id-1"},
            "userpass": lambda: rest == ["bob"] and fields == {"password": "bobpw"},
            "ldap": lambda: rest == ["ann"] and fields == {"password": "annpw"},
            "kubernetes": lambda: fields == {"role": "app", "jwt": "service-account-jwt"},
            "jwt": lambda: fields in (
                {"role": "ci", "jwt": "identity-jwt"},
                {"role": "ci", "jwt": "identity-jwt-for-https://vault.test"},
                {"role": "ci", "jwt": "identity-jwt-for-nobody"},
            ),
            "custom": lambda: fields == {"role": "ci", "jwt": "identity-jwt"},
            "cert": lambda: fields.get("name") == "web",
            "aws": lambda: self.signed_by_aws(fields),
        }
        if mount not in accepted:
            return 400, {"errors": ["missing client token"]}
        if not accepted[mount]():
            wrong = "invalid secret id" if mount == "approle" else "invalid username or password"
            return 400, {"errors": [wrong]}
        token = "s." + uuid.uuid4().hex
        with self.lock:
            self.tokens[token] = "narrow-login" if mount == "userpass" else "root"
        return 200, envelope(auth=self.auth(token, ["app", "default"]))

    def auth(self, token, policies):
        return {
            "client_token": token, "accessor": "T5C8F8TPjJf25CWN4u2WARnm", "policies": policies,
            "token_policies": policies, "metadata": None,
            "lease_duration": SHORT_SECONDS if self.short_leases else 60, "renewable": True, "entity_id": "e", "token_type": "service",
            "orphan": True,
        }  # fmt: skip

    def signed_by_aws(self, fields):
        body = base64.b64decode(fields["iam_request_body"]).decode()
        headers = json.loads(base64.b64decode(fields["iam_request_headers"]))
        url = base64.b64decode(fields["iam_request_url"]).decode()
        authorization = headers["Authorization"][0]
        return (
            fields["role"] == "app"
            and fields["iam_http_request_method"] == "POST"
            and url.startswith("https://sts.")
            and "Action=GetCallerIdentity" in body
            and authorization.startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
            and "x-vault-aws-iam-server-id" in authorization
        )

    def unwrap(self, token):
        with self.lock:
            secret = self.wrapped.pop(token, None)
        if secret is None:
            return 400, {"errors": ["wrapping token is not valid or does not exist"]}
        return 200, envelope({"secret_id": secret})


# Held to what a real server answered


def check(file):
    """Sends each request of the transcript to the fake and compares status and shape. Returns the differences."""
    transcript = json.load(open(file))
    vault = Vault.__new__(Vault)
    client = "s.client"
    differences = []
    secret_ids = {"1e66d622-1e60-e74c-5dc1-ff91f84438ba": "secret-id-1"}
    leases = {}
    Vault.wrapped = {}
    for entry in transcript:
        what, request, expected = entry["what"], entry["request"], entry["response"]
        fields = dict(request["body"] or {})
        if "role_id" in fields:
            fields["role_id"] = "role-1"
            fields["secret_id"] = secret_ids.get(fields["secret_id"], "wrong")
        if "lease_id" in fields:
            fields["lease_id"] = leases.get(fields["lease_id"], fields["lease_id"])
        Vault.sealed = "sealed" in what
        Vault.tokens = {ROOT: "root", client: "narrow"}
        if what in ("bad token", "a revoked token"):
            Vault.tokens.pop(client)
        if what == "unwrap":
            Vault.wrapped = {client: "abc"}
        token = {"root": ROOT, "client": client, None: None}[request["token"]]
        headers = {"x-vault-token": token} if token else {}
        path, _, query = request["path"].partition("?")
        status, body = vault.answer(request["method"], path, query, headers, json.dumps(fields).encode())[:2]
        if expected["body"] and expected["body"].get("lease_id") and body:
            leases[expected["body"]["lease_id"]] = body["lease_id"]
        if status != expected["status"] or not same_shape(body, expected["body"]):
            differences.append(what)
    return differences


def same_shape(ours, theirs, depth=0):
    """Errors are compared word for word, secrets' data by value, all else by type; details may be left out by us."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return all(key in theirs and same_shape(ours[key], theirs[key], depth + 1) for key in ours) and all(
            key in ours for key in theirs if key in ("data", "errors", "auth", "lease_id", "renewable", "lease_duration")
        )
    if isinstance(theirs, list) and theirs and isinstance(theirs[0], str) and isinstance(ours, list):
        return ours == theirs or "denied" in theirs[0] and "denied" in ours[0]
    return type(ours) is type(theirs) or ours is None or theirs is None


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = check(sys.argv[sys.argv.index("--check") + 1])
        print(json.dumps(found))
        sys.exit(1 if found else 0)
    Vault.short_leases = "--short-leases" in sys.argv
    if "--lease-seconds" in sys.argv:
        Vault.short_leases = True
        SHORT_SECONDS = int(sys.argv[sys.argv.index("--lease-seconds") + 1])
    Vault.wrapped["wrapping-token"] = "secret-id-1"
    fake.run(Vault, sys.argv)
