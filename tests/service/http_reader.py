"""HTTP/1.x requests off a byte stream (RFC 9112), without the leniency of most servers."""

from __future__ import annotations

import re
from typing import BinaryIO, Callable, Dict, Optional

from messages import Request

LONGEST_LINE = 16 * 1024
LONGEST_BODY = 4 * 1024 * 1024
_MOST_HEADERS = 64
_REQUEST_LINE = re.compile(r"(GET|POST) (/[!-~]*) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[!-~]+(?:[ \t]+[!-~]+)*)?)[ \t]*")
_LENGTH = re.compile(r"[0-9]{1,9}")


class _Malformed(Exception):
    pass


def read_request(stream: BinaryIO, connection: int, send_continue: Callable[[], None]) -> Optional[Request]:
    """The next request, or None where the stream ends.

    A request that is not well-formed has a `problem` and nothing else; no other can follow it. `send_continue` is
    called when the client waits for a word before it sends the body.
    """
    try:
        line = _line(stream)
        if line is None:
            return None
        match = _REQUEST_LINE.fullmatch(line)
        if not match:
            raise _Malformed("the request line is not GET or POST, a path, and HTTP/1.0 or HTTP/1.1")
        method, target, minor = match.groups()
        headers = _headers(stream)
        if minor == "1" and "host" not in headers:
            raise _Malformed("the Host header is missing")
        length = _body_length(method, headers)
        if length and headers.get("expect", "").lower() == "100-continue":
            send_continue()
        body = stream.read(length)
        if len(body) != length:
            return None
    except _Malformed as malformed:
        return Request(problem=str(malformed), connection=connection)
    keep_alive = minor == "1" and headers.get("connection", "").lower() != "close"
    return Request(method, target, headers, body, keep_alive=keep_alive, connection=connection)


def _line(stream: BinaryIO) -> Optional[str]:
    """The next line without its end, or None where the stream ends."""
    line = stream.readline(LONGEST_LINE)
    if len(line) < LONGEST_LINE and not line.endswith(b"\n"):
        return None
    if not line.endswith(b"\r\n"):
        raise _Malformed("a line of the head is too long or does not end in CR LF")
    return line[:-2].decode("latin-1")


def _headers(stream: BinaryIO) -> Dict[str, str]:
    headers: Dict[str, str] = {}
    while True:
        line = _line(stream)
        if line is None:
            raise _Malformed("the head is cut short")
        if line == "":
            return headers
        match = _HEADER.fullmatch(line)
        if not match:
            raise _Malformed("a header is not a name, a colon and a value of printable ASCII")
        name = match[1].lower()
        if name in headers:
            raise _Malformed(f"the header {name} is repeated")
        headers[name] = match[2]
        if len(headers) > _MOST_HEADERS:
            raise _Malformed("there are too many headers")


def _body_length(method: str, headers: Dict[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise _Malformed("the body has a Transfer-Encoding in place of a Content-Length")
    text = headers.get("content-length")
    if text is None:
        if method == "POST":
            raise _Malformed("the Content-Length is missing")
        return 0
    if not _LENGTH.fullmatch(text) or int(text) > LONGEST_BODY:
        raise _Malformed(f"the Content-Length is not a number of up to {LONGEST_BODY}")
    return int(text)
