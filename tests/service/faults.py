"""Failures on request, asked for by the name of an account.

A name travels with the call, so tests that run side by side against one service do not meet each other's
faults. Two forms, each within the 32 bytes of a UserID:

    fault.<kind>[.<argument>][*<times>].<anything>      as From_Account: the whole call
    item.<ResultCode>[*<times>].<anything>              in To_Account: that account alone

With `*<times>` only the first so many calls that name the account fail (for an item: that name it together with
the same From_Account); without, all of them do. A name that begins like a fault and cannot be read is an error.
"""

from __future__ import annotations

import re
import threading
from typing import Dict, NamedTuple, Optional, Tuple

CALL_PREFIX = "fault."
ITEM_PREFIX = "item."

_CALL = re.compile(r"fault\.([a-z_]+)(?:\.([0-9]+))?(?:\*([1-9][0-9]*))?\..+", re.DOTALL)
_ITEM = re.compile(r"item\.([1-9][0-9]*)(?:\*([1-9][0-9]*))?\..+", re.DOTALL)


class Kind(NamedTuple):
    smallest: Optional[int]  # None: the kind takes no argument
    largest: int
    default: Optional[int]  # None: a kind that takes an argument must be given one
    meaning: str


KINDS: Dict[str, Kind] = {
    "http": Kind(201, 599, None, "that HTTP status with an HTML page; nothing is deleted"),
    "drop": Kind(None, 0, None, "the connection closes with no answer; nothing is deleted"),
    "drop_after": Kind(None, 0, None, "the call is done, then the connection closes: a lost answer"),
    "slow": Kind(1, 600_000, None, "the call is done at once, the answer comes so many milliseconds later"),
    "truncate": Kind(None, 0, None, "the call is done, and the connection closes after half of the body"),
    "truncate_json": Kind(None, 0, None, "the call is done, and a complete HTTP answer holds half of the JSON"),
    "html": Kind(None, 0, None, "HTTP 200 with an HTML page; nothing is deleted"),
    "empty": Kind(None, 0, None, "HTTP 200 with an empty body; nothing is deleted"),
    "code": Kind(1, 2_147_483_647, None, "refused with that ErrorCode; nothing is deleted"),
    "huge": Kind(1, 256, 16, "the call is done, and ErrorInfo is so many megabytes long"),
    "redirect": Kind(None, 0, None, "HTTP 307 to /redirected; nothing is deleted"),
    "pretty": Kind(None, 0, None, "the call is done, and the answer has spaces and line ends"),
}

_WITHOUT_BODY = (204, 205, 304)


class Unreadable(Exception):
    """A name that begins like a fault and is none."""


class Fault(NamedTuple):
    kind: str
    argument: int
    times: Optional[int]  # None: every time


def parse_call(account: str) -> Optional[Fault]:
    """The fault that a From_Account asks for, if any."""
    if not account.startswith(CALL_PREFIX):
        return None
    match = _CALL.fullmatch(account)
    if not match:
        raise Unreadable(f'"{account}" is not fault.<kind>[.<argument>][*<times>].<anything>')
    name, argument, times = match.groups()
    kind = KINDS.get(name)
    if kind is None:
        raise Unreadable(f'"{account}" asks for "{name}", which is not a kind of fault')
    return Fault(name, _argument(account, name, kind, argument), int(times) if times else None)


def parse_item(account: str) -> Optional[Fault]:
    """The ResultCode (as `argument`) that a member of To_Account asks for, if any."""
    if not account.startswith(ITEM_PREFIX):
        return None
    match = _ITEM.fullmatch(account)
    if not match or int(match[1]) > 2_147_483_647:
        raise Unreadable(f'"{account}" is not item.<ResultCode>[*<times>].<anything>, with a code above 0')
    return Fault("item", int(match[1]), int(match[2]) if match[2] else None)


def _argument(account: str, name: str, kind: Kind, text: Optional[str]) -> int:
    if kind.smallest is None:
        if text is not None:
            raise Unreadable(f'"{account}": "{name}" takes no argument')
        return 0
    if text is None:
        if kind.default is None:
            raise Unreadable(f'"{account}": "{name}" needs an argument')
        return kind.default
    value = int(text)
    if not kind.smallest <= value <= kind.largest or (name == "http" and value in _WITHOUT_BODY):
        raise Unreadable(f'"{account}": the argument of "{name}" is out of range')
    return value


class Faults:
    """Counts down the faults that happen only so many times. Safe to use from many threads."""

    def __init__(self) -> None:
        self._happened: Dict[Tuple[str, ...], int] = {}
        self._lock = threading.Lock()

    def of_call(self, from_account: str) -> Optional[Fault]:
        """The fault that this call meets; asking uses up one of its times."""
        return self._unless_spent((from_account,), parse_call(from_account))

    def of_item(self, from_account: str, to_account: str) -> Optional[Fault]:
        return self._unless_spent((from_account, to_account), parse_item(to_account))

    def _unless_spent(self, key: Tuple[str, ...], fault: Optional[Fault]) -> Optional[Fault]:
        if fault is None or fault.times is None:
            return fault
        with self._lock:
            happened = self._happened.get(key, 0)
            if happened == fault.times:
                return None
            self._happened[key] = happened + 1
            return fault
