"""What the fake services share: a server on a free port of 127.0.0.1, misbehaviour on demand, a log, certificates.

A fake prints one line of JSON when it listens ({"port": ..., "ca": ...}) and ends when its stdin does, so that none
outlives its test. A secret whose name contains `contract-WORD` makes the service misbehave in the way of `WORD`.
"""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Another fake's stdin may have been inherited, and would then not end with its test.
os.closerange(3, 1024)

# What a server that echoes its input would show; no message may hold it.
ECHOED = "echoed-by-the-server-7f3a"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Where a node that is on standby sends everybody.
    sends_to = None
    request_queue_size = 256

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is part of the tests


class Fake(BaseHTTPRequestHandler):
    """A service: subclasses answer in `answer(method, path, query, headers, body)` with (status, body[, headers])."""

    protocol_version = "HTTP/1.1"
    log = []
    lock = threading.Lock()
    delay = 0.0
    echo = ECHOED
    flaky = {}

    def log_message(self, *arguments):
        pass

    def version_string(self):
        return "fake"

    def serve(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path, _, query = self.path.partition("?")
        if path == "/__log":
            with self.lock:
                return self.reply(200, list(self.log))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.lock:
            self.log.append(
                {
                    "method": self.command,
                    "path": path,
                    "query": query,
                    "headers": headers,
                    "body": body.decode("utf-8", "replace"),
                }
            )
        if self.delay:
            time.sleep(self.delay)
        if self.server.sends_to:
            return self.reply(307, None, {"Location": self.server.sends_to + self.path})
        self.echo = ECHOED + json.dumps(headers) + body.decode("utf-8", "replace")
        if self.misbehave(self.path + " " + body.decode("utf-8", "replace")):
            return
        self.reply(*self.answer(self.command, path, query, headers, body))

    do_GET = do_POST = do_PUT = do_LIST = serve

    def reply(self, status, body, headers=None):
        if not isinstance(body, bytes):
            body = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", **(headers or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def misbehave(self, request):
        """Whether the request named a way to misbehave, which was then done."""
        marker = request.find("contract-")
        if marker < 0:
            return False
        word = request[marker + len("contract-") :].split("-")[0]
        word = "".join(c for c in word if c.isalpha())
        if word == "refused":
            self.reply(403, self.refusal(), self.echoes())
        elif word == "unavailable":
            self.reply(503, {"errors": [self.echo], "message": self.echo, "error": {"message": self.echo}}, self.echoes())
        elif word == "timeout":
            time.sleep(30)
        elif word == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"data": ')
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif word == "endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
            while True:
                self.wfile.write(chunk)
        elif word == "drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.2)
        elif word == "nonjson":
            self.reply(200, b"<html>" + self.echo.encode() + b"</html>")
        elif word == "types":
            self.reply(200, self.wrong_types())
        elif word == "redirect":
            self.reply(307, None, {"Location": f"http://127.0.0.1:{self.server.server_port}/elsewhere", **self.echoes()})
        elif word == "flaky":
            with self.lock:
                count = self.flaky[request] = self.flaky.get(request, 0) + 1
            if count > 2:
                return False
            self.reply(503 if count == 1 else 429, {"errors": []}, {"Retry-After": "0"})
        else:
            return False
        return True

    def echoes(self):
        """Headers that say back what was sent, also those that somebody looks at."""
        said = ECHOED + " ".join(self.headers.get(name, "") for name in ("X-Vault-Token", "Authorization"))
        return {"X-Echo": said, "X-Amzn-Query-Error": said}

    def refusal(self):
        return {"errors": ["permission denied " + self.echo], "message": self.echo, "error": {"message": self.echo}}

    def wrong_types(self):
        return {"data": 5, "value": 5, "payload": {"data": 5}, "SecretString": 5, "auth": []}

    def answer(self, method, path, query, headers, body):
        raise NotImplementedError


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Certificates:
    """A CA, and server certificates: `good`, `othername`, `expired`, `unknown` to that CA; a client's."""

    KINDS = ("good", "othername", "expired", "unknown")

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="withsecrets-fake-")
        for name in ("ca", "stranger"):
            openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN=test {name}", "-addext", "basicConstraints=critical,CA:TRUE",
                "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.pem"),
            )  # fmt: skip
        # One key for all: only what is signed differs.
        openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test",
            "-keyout", self.path("client.key"), "-out", self.path("request.csr"),
        )  # fmt: skip
        self.certificate("good")
        self.certificate("client")
        self.certificate("othername", names="DNS:elsewhere.test")
        self.certificate("expired", days="-1")
        self.certificate("unknown", issuer="stranger")

    def path(self, name):
        return os.path.join(self.folder, name)

    def certificate(self, name, issuer="ca", names="DNS:localhost,IP:127.0.0.1", days="2"):
        with open(self.path(f"{name}.ext"), "w") as file:
            file.write(f"subjectAltName={names}\n")
        # `openssl x509` takes no dates, but a negative number of days.
        openssl(
            "x509", "-req", "-in", self.path("request.csr"), "-CA", self.path(f"{issuer}.pem"),
            "-CAkey", self.path(f"{issuer}.key"), "-CAcreateserial", "-days", days,
            "-extfile", self.path(f"{name}.ext"), "-out", self.path(f"{name}.pem"),
        )  # fmt: skip

    def context(self, kind):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        name = kind if kind in self.KINDS else "good"
        context.load_cert_chain(self.path(f"{name}.pem"), self.path("client.key"))
        if kind == "client":
            context.load_verify_locations(self.path("ca.pem"))
            context.verify_mode = ssl.CERT_REQUIRED
        return context


def run(handler, arguments):
    """Serves `handler`; arguments: `--tls` for a port with each kind of certificate, `--delay SECONDS`."""
    certificates = None
    server = Server(("127.0.0.1", 0), handler)
    announcement = {"port": server.server_port}
    if "--delay" in arguments:
        handler.delay = float(arguments[arguments.index("--delay") + 1])
    if "--tls" in arguments:
        certificates = Certificates()
        announcement["folder"] = certificates.folder
        announcement["ports"] = {}
        # `client` is `good` and wants a certificate of the client; a `standby` sends everybody to `good`, or elsewhere.
        secures = {}
        for kind in (*Certificates.KINDS, "client", "standby", "standby-elsewhere", "standby-circle"):
            secures[kind] = secure = Server(("127.0.0.1", 0), handler)
            # The handshake belongs to the connection's thread, or a client that hangs holds up all others.
            secure.socket = certificates.context(kind).wrap_socket(
                secure.socket, server_side=True, do_handshake_on_connect=False
            )
            announcement["ports"][kind] = secure.server_port
        ports = announcement["ports"]
        secures["standby"].sends_to = f"https://localhost:{ports['good']}"
        secures["standby-elsewhere"].sends_to = f"https://elsewhere.test:{ports['good']}"
        secures["standby-circle"].sends_to = f"https://localhost:{ports['standby']}"
        for secure in secures.values():
            threading.Thread(target=secure.serve_forever, daemon=True).start()

    def end_with_stdin():
        sys.stdin.read()
        if certificates:
            shutil.rmtree(certificates.folder, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=end_with_stdin, daemon=True).start()
    print(json.dumps(announcement), flush=True)
    server.serve_forever()
