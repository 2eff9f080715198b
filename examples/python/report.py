#!/usr/bin/env python3
"""A nightly report that fails as such programs do: with its connection string in a traceback."""

import logging
import os
import sys
import urllib.parse

log = logging.getLogger("report")


class DatabaseError(Exception):
    pass


def connect(url: str) -> None:
    """Stands in for a driver whose errors quote what it was given."""
    host = urllib.parse.urlsplit(url).hostname
    raise DatabaseError(f"could not connect to {host} with {url!r}")


def request(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def main() -> int:
    logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(message)s")
    log.debug("headers %s", request(os.environ["WEBHOOK_TOKEN"]))
    try:
        connect(os.environ["DATABASE_URL"])
    except DatabaseError:
        log.exception("no report today")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
