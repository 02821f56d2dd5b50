"""A service to supervise: answers /health on a port, and misbehaves when asked to.

Arguments: the port, and optionally `child` to leave a process in a session of its own behind.
"""

import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    """Every path answers 200."""

    def do_GET(self) -> None:
        """Well."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main() -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if "child" in sys.argv:
        subprocess.Popen(["sleep", "3600"], start_new_session=True)
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
