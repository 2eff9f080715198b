"""A proxy that knows CONNECT and plain requests, with a log of what it was asked for at `/__log`."""

import base64
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler

import fake


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    log = []
    credentials = None

    def log_message(self, *arguments):
        pass

    def do_CONNECT(self):
        self.log.append(self.path)
        if self.credentials:
            expected = "Basic " + base64.b64encode(self.credentials.encode()).decode()
            if self.headers.get("Proxy-Authorization") != expected:
                self.send_response(407)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        # Whatever is asked for, it is this machine: the tests reach no other.
        port = int(self.path.rsplit(":", 1)[1])
        upstream = socket.create_connection(("127.0.0.1", port))
        self.send_response(200)
        self.end_headers()
        threading.Thread(target=self.pump, args=(upstream, self.connection), daemon=True).start()
        self.pump(self.connection, upstream)
        self.close_connection = True

    def pump(self, source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def do_GET(self):
        body = json.dumps([{"path": path} for path in self.log]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if "--credentials" in sys.argv:
    Proxy.credentials = sys.argv[sys.argv.index("--credentials") + 1]
fake.run(Proxy, sys.argv)
