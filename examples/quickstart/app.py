#!/usr/bin/env python3
"""A small service that does what no service should: it prints its configuration, secrets included.

Started by withsecrets, the secrets on the screen are masked. It ends with the status in its first argument, 0 without.
"""

import base64
import os
import sys
import urllib.parse


def main() -> int:
    needed = ("OPENAI_API_KEY", "DATABASE_URL", "SMTP_PASSWORD", "SESSION_TOKEN", "TLS_KEY", "LOG_LEVEL")
    missing = [name for name in needed if name not in os.environ]
    if missing:
        print(f"app.py: not set: {', '.join(missing)}", file=sys.stderr)
        return 78

    database = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    login = base64.b64encode(f"app:{database.password}".encode()).decode()

    print(f"log level       {os.environ['LOG_LEVEL']}")
    print(f"openai key      {os.environ['OPENAI_API_KEY']}")
    print(f"database        {os.environ['DATABASE_URL']}")
    print(f"  its host      {database.hostname}")
    print(f"  its password  {urllib.parse.unquote(database.password)}")
    print(f"mail password   {os.environ['SMTP_PASSWORD']}")
    print(f"session token   {os.environ['SESSION_TOKEN']}")
    print(f"request header  Authorization: Basic {login}")
    print("tls key")
    for line in os.environ["TLS_KEY"].splitlines():
        print(f"                {line}")
    print(f"sentry          {os.environ.get('SENTRY_DSN', 'off')}")
    print(f"a warning for stderr, with {os.environ['OPENAI_API_KEY']} in it", file=sys.stderr)
    return int(sys.argv[1]) if len(sys.argv) > 1 else 0


if __name__ == "__main__":
    sys.exit(main())
