"""Asks for pages over one connection as a browser does that is logged in, and says how long each took.

It does so in a process of its own: in that of the pages both would take turns with one interpreter, and half of what is
measured would be the asking.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

LONGEST = 60  # seconds


def seconds(address: str, cookie: str, paths: Sequence[str]) -> list[float]:
    """Of each page: until all of it has arrived, packed as browsers take it."""
    asked = json.dumps([address, cookie, list(paths)])
    told = subprocess.run([sys.executable, __file__], input=asked, stdout=subprocess.PIPE, text=True, check=True).stdout
    taken: list[float] = json.loads(told)
    return taken


def main() -> None:
    address, cookie, paths = json.load(sys.stdin)
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=LONGEST)
    taken = []
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path, headers={"cookie": cookie, "accept-encoding": "gzip", "accept": "*/*"})
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    main()
