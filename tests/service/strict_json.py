"""JSON (RFC 8259) without the leniency of Python's reader.

Refuses what a careful receiver should: bytes that are not UTF-8, a byte order mark, a repeated member,
NaN and Infinity, anything but an object at the top.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple


def parse_object(text: bytes) -> Dict[str, Any]:
    """The object in `text`; ValueError with a reason when there is none."""
    if text.startswith(b"\xef\xbb\xbf"):
        raise ValueError("a byte order mark stands before the JSON")
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("the JSON is not an object")
    return value


def write(value: Any, pretty: bool = False) -> bytes:
    text = json.dumps(value, indent=4) if pretty else json.dumps(value, separators=(",", ":"))
    return text.encode("ascii")


def quote(text: str) -> str:
    """`text` as a JSON string, to be named in a sentence."""
    return json.dumps(text)


def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {quote(repeated)} is repeated")
    return members


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
