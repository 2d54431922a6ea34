"""UserSig version 2.0: generate one, and verify one as the service does.

Implements "Generating UserSig" from its text, with nothing in common with the C++ library, so that the two
can disagree. Every refusal carries the ErrorCode that "Error Codes" documents for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import zlib
from typing import Any, Dict, Optional

import codes
import strict_json
from codes import Refused

_TO_URL_SAFE = str.maketrans("+/=", "*-_")
_FROM_URL_SAFE = str.maketrans("*-_", "+/=")
_ALPHABET = re.compile(r"[A-Za-z0-9*_-]+")
_LONGEST_DOCUMENT = 64 * 1024
_REQUIRED = {"TLS.ver": str, "TLS.identifier": str, "TLS.sdkappid": int, "TLS.expire": int, "TLS.time": int,
             "TLS.sig": str}
_OPTIONAL = {"TLS.userbuf": str}


def content_of(identifier: str, sdk_app_id: int, time: int, expire: int, userbuf: Optional[str]) -> str:
    """The text that is signed; `userbuf` is already base64."""
    lines = [f"TLS.identifier:{identifier}", f"TLS.sdkappid:{sdk_app_id}", f"TLS.time:{time}", f"TLS.expire:{expire}"]
    if userbuf is not None:
        lines.append(f"TLS.userbuf:{userbuf}")
    return "".join(line + "\n" for line in lines)


def sign(content: str, key: str) -> str:
    digest = hmac.new(key.encode(), content.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def pack(document: Dict[str, Any]) -> str:
    """Step 4: a document, compressed and written in the URL-safe alphabet."""
    compressed = zlib.compress(json.dumps(document, separators=(",", ":")).encode())
    return base64.b64encode(compressed).decode("ascii").translate(_TO_URL_SAFE)


def generate(identifier: str, sdk_app_id: int, key: str, time: int, expire: int = 86400,
             userbuf: Optional[bytes] = None) -> str:
    encoded = None if userbuf is None else base64.b64encode(userbuf).decode("ascii")
    document: Dict[str, Any] = {"TLS.ver": "2.0", "TLS.identifier": identifier, "TLS.sdkappid": sdk_app_id,
                                "TLS.time": time, "TLS.expire": expire}
    if encoded is not None:
        document["TLS.userbuf"] = encoded
    document["TLS.sig"] = sign(content_of(identifier, sdk_app_id, time, expire, encoded), key)
    return pack(document)


def unpack(user_sig: str) -> Dict[str, Any]:
    """The document inside a UserSig, its form checked and its signature not."""
    if not user_sig:
        raise Refused(codes.USER_SIG_EMPTY)
    if not _ALPHABET.fullmatch(user_sig):
        raise Refused(codes.USER_SIG_UNPARSABLE, "the UserSig has a character outside its alphabet")
    try:
        compressed = base64.b64decode(user_sig.translate(_FROM_URL_SAFE), validate=True)
        inflater = zlib.decompressobj()
        text = inflater.decompress(compressed, _LONGEST_DOCUMENT)
        if not inflater.eof or inflater.unused_data:
            raise ValueError("the compressed document is cut short, too long, or followed by other bytes")
        document = strict_json.parse_object(text)
        _check_members(document)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise Refused(codes.USER_SIG_UNPARSABLE, f"the UserSig cannot be parsed: {error}") from None
    return document


def verify(user_sig: str, *, identifier: str, sdk_app_id: int, key: str, now: float) -> None:
    """Returns if `user_sig` lets `identifier` into the app at Unix time `now`, and raises Refused if not.

    What the UserSig claims is compared first, so that one of another app or account is told apart (70014, 70013)
    from one with a wrong signature (70009). It has expired from the second `time + expire` on.
    """
    document = unpack(user_sig)
    if document["TLS.sdkappid"] != sdk_app_id:
        raise Refused(codes.USER_SIG_OF_ANOTHER_APP, "the UserSig is another SDKAppID's")
    if document["TLS.identifier"] != identifier:
        raise Refused(codes.USER_SIG_OF_ANOTHER_IDENTIFIER, "the UserSig is another identifier's")
    content = content_of(document["TLS.identifier"], document["TLS.sdkappid"], document["TLS.time"],
                         document["TLS.expire"], document.get("TLS.userbuf"))
    if not hmac.compare_digest(sign(content, key).encode(), document["TLS.sig"].encode()):
        raise Refused(codes.USER_SIG_FORGED, "the UserSig's signature is wrong")
    if now >= document["TLS.time"] + document["TLS.expire"]:
        raise Refused(codes.USER_SIG_EXPIRED, "the UserSig has expired")


def _check_members(document: Dict[str, Any]) -> None:
    for name, kind in _REQUIRED.items():
        if type(document.get(name)) is not kind:
            raise ValueError(f"{name} is missing or of the wrong type")
    for name, value in document.items():
        if name not in _REQUIRED and type(value) is not _OPTIONAL.get(name):
            raise ValueError(f"{strict_json.quote(name)} is unknown or of the wrong type")
    if document["TLS.ver"] != "2.0":
        raise ValueError("TLS.ver is not 2.0")
    if not document["TLS.identifier"].isprintable():
        raise ValueError("TLS.identifier has a control character")
    for name in ("TLS.sig", "TLS.userbuf"):
        if name in document:
            base64.b64decode(document[name], validate=True)
