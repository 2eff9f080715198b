#!/usr/bin/env python3
"""Stands in for a service: shows how it was configured, and ends."""

import os
import urllib.parse

database = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
print(f"api: {database.username}@{database.hostname}, password {database.password}, all of it {database.geturl()}")
print(f"api: token {os.environ['API_TOKEN']}")
