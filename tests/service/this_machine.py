"""What a test may need of the machine that it runs on, and the sentence that says so where the machine lacks it."""

from __future__ import annotations

import socket
import unittest


def _resolves(name: str) -> bool:
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        return False
    return True


needs_localhost = unittest.skipUnless(_resolves("localhost"), "this machine does not resolve localhost: "
                                                              "/etc/hosts lacks the line `127.0.0.1 localhost`")
