#!/usr/bin/env python3
"""A service that tells systemd when it is ready, and ends when it is asked to."""

import os
import signal
import socket


def notify(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), address.replace("@", "\0", 1))


print("database", os.environ["DATABASE_URL"])
print("token", os.environ["API_TOKEN"], flush=True)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
notify("READY=1")
signal.sigwait([signal.SIGTERM])
print("stopping", flush=True)
