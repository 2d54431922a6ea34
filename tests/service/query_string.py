"""The query of a URL, read as strictly as RFC 3986 writes it.

What is merely tolerated elsewhere is refused: a raw `+` (a plus to some receivers, a space to others), a raw `=`
in a value, a name without a value, an empty pair, a lone `%`.
"""

from __future__ import annotations

import re
from typing import Dict
from urllib.parse import unquote_to_bytes

_WELL_ENCODED = re.compile(r"(?:[A-Za-z0-9._~!$'()*,:@/?-]|%[0-9A-Fa-f]{2})+")


def parse(query: str) -> Dict[str, str]:
    """The parameters of `query`; ValueError, which names no value, when one is not well encoded or repeated."""
    parameters: Dict[str, str] = {}
    for pair in query.split("&"):
        raw_name, separator, raw_value = pair.partition("=")
        if not _WELL_ENCODED.fullmatch(raw_name):
            raise ValueError("the name of a query parameter is empty or not well encoded")
        name = _decode(raw_name, "the name of a query parameter")
        if not separator or not (raw_value == "" or _WELL_ENCODED.fullmatch(raw_value)):
            raise ValueError(f"the query parameter {name} has no value or one that is not well encoded")
        if name in parameters:
            raise ValueError(f"the query parameter {name} is repeated")
        parameters[name] = _decode(raw_value, f"the query parameter {name}")
    return parameters


def _decode(text: str, what: str) -> str:
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{what} is not UTF-8") from None
