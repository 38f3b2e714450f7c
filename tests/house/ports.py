"""Asks whatever listens on a port whether it is alive."""

import http.client


def health(port):
    """Return the status of /healthz, 0 when nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()
