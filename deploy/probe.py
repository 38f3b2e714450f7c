"""Exits with 0 when the process on this port of this machine answers: for health checks."""

import http.client
import os
import sys

HOST = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")


def main(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    line.request("GET", path, headers={"Host": HOST})
    return 0 if line.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/healthz"))
