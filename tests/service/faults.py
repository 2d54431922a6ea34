"""Failures on request: what there is, and how each is written.

A fault of a call is `<kind>[.<argument>]`, a fault of single accounts `item.<ResultCode>` or
`item_after.<ResultCode>`. The name of an account can ask for one, within the 32 bytes of a UserID:

    fault.<kind>[.<argument>][*<times>].<anything>      as From_Account: the whole call
    item.<ResultCode>[*<times>].<anything>              in To_Account: that account alone; so with item_after

A name travels with the call, so tests that run side by side against one service do not meet each other's faults.
With `*<times>` only the first <times> calls that name the account fail (for an item: that name it together with the
same From_Account); without, all of them do. A name that begins like a fault and cannot be read is an error.
"""

from __future__ import annotations

import re
import threading
from typing import Dict, NamedTuple, Optional, Tuple

CALL_PREFIX = "fault."
ITEM_PREFIXES = ("item.", "item_after.")
LARGEST_CODE = 2_147_483_647

_FAULT = re.compile(r"([a-z0-9_]+)(?:\.([0-9]{1,10}))?")
_CALL = re.compile(r"fault\.([a-z0-9_]+)(?:\.([0-9]{1,10}))?(?:\*([1-9][0-9]{0,9}))?\..+", re.DOTALL)
_ITEM = re.compile(r"(item|item_after)\.([1-9][0-9]{0,9})(?:\*([1-9][0-9]{0,9}))?\..+", re.DOTALL)
_LONGEST_WAIT = 600_000  # milliseconds
_LONGEST_RETRY = 86_400  # seconds


class Kind(NamedTuple):
    smallest: Optional[int]  # None: the kind takes no argument
    largest: int
    default: Optional[int]  # None: a kind that takes an argument must be given one
    acts: bool  # whether the call is done
    meaning: str


KINDS: Dict[str, Kind] = {
    "http": Kind(201, 599, None, False, "that HTTP status with an HTML page; nothing is deleted"),
    "http_after": Kind(201, 599, None, True, "the call is done; the answer is that HTTP status with an HTML page"),
    "code": Kind(1, LARGEST_CODE, None, False, "the answer is that ErrorCode; nothing is deleted"),
    "code_after": Kind(1, LARGEST_CODE, None, True, "the call is done; the answer is that ErrorCode all the same"),
    "code_half": Kind(1, LARGEST_CODE, None, True,
                      "the first half of To_Account (rounded up) is deleted; the answer is that ErrorCode"),
    "drop": Kind(None, 0, None, False, "the connection closes with no answer; nothing is deleted"),
    "drop_after": Kind(None, 0, None, True, "the call is done; then the connection closes: a lost answer"),
    "reset": Kind(None, 0, None, False, "the connection is reset with no answer; nothing is deleted"),
    "reset_after": Kind(None, 0, None, True, "the call is done; then the connection is reset: a lost answer"),
    "close": Kind(None, 0, None, True,
                  "the call is done and answered; the connection then closes, though the answer says that it is kept"),
    "stall": Kind(None, 0, None, False, "the connection stays open and no answer comes; nothing is deleted"),
    "stall_after": Kind(None, 0, None, True, "the call is done; the connection stays open and no answer comes"),
    "slow": Kind(1, _LONGEST_WAIT, None, True, "the call is done at once; the answer comes after that time"),
    "late": Kind(1, _LONGEST_WAIT, None, True,
                 "the call is done and answered after that time, though the client may have left"),
    "drip": Kind(1, _LONGEST_WAIT, None, True, "the call is done; the answer comes byte by byte, that time apart"),
    "retry_429": Kind(0, _LONGEST_RETRY, None, False, "HTTP 429 with Retry-After in seconds; nothing is deleted"),
    "retry_503": Kind(0, _LONGEST_RETRY, None, False, "HTTP 503 with Retry-After in seconds; nothing is deleted"),
    "retry_429_date": Kind(0, _LONGEST_RETRY, None, False,
                           "HTTP 429 with Retry-After as an HTTP-date, at least that far away; nothing is deleted"),
    "retry_503_date": Kind(0, _LONGEST_RETRY, None, False,
                           "HTTP 503 with Retry-After as an HTTP-date, at least that far away; nothing is deleted"),
    "truncate": Kind(None, 0, None, True, "the call is done; the connection closes after half of the body"),
    "truncate_json": Kind(None, 0, None, True, "the call is done; a complete HTTP answer holds half of the JSON"),
    "html": Kind(None, 0, None, False, "HTTP 200 with an HTML page; nothing is deleted"),
    "empty": Kind(None, 0, None, False, "HTTP 200 with an empty body; nothing is deleted"),
    "huge": Kind(1, 256, 16, True, "the call is done; ErrorInfo has that size in megabytes"),
    "redirect": Kind(None, 0, None, False, "HTTP 307 to /redirected; nothing is deleted"),
    "pretty": Kind(None, 0, None, True, "the call is done; the answer has spaces and line ends"),
}

ITEM_KINDS: Dict[str, Kind] = {
    "item": Kind(1, LARGEST_CODE, None, False, "the account gets that ResultCode and is not deleted"),
    "item_after": Kind(1, LARGEST_CODE, None, True, "the account is deleted and gets that ResultCode all the same"),
}

_WITHOUT_BODY = (204, 205, 304)


class Unreadable(ValueError):
    """A text that should be a fault, or begins like one, and is none."""


class Fault(NamedTuple):
    kind: str
    argument: int
    times: Optional[int] = None  # None: every time

    @property
    def is_of_items(self) -> bool:
        return self.kind in ITEM_KINDS

    @property
    def acts(self) -> bool:
        """Whether what fails is done all the same."""
        return (ITEM_KINDS if self.is_of_items else KINDS)[self.kind].acts


def parse(text: str) -> Fault:
    """The fault that `<kind>[.<argument>]` is, of a call or of items."""
    match = _FAULT.fullmatch(text)
    if not match:
        raise Unreadable(f'"{text}" is not <kind>[.<argument>]')
    kind = KINDS.get(match[1]) or ITEM_KINDS.get(match[1])
    if kind is None:
        raise Unreadable(f'"{text}" asks for "{match[1]}", which is not a kind of fault')
    return Fault(match[1], _argument(text, match[1], kind, match[2]))


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
    """The fault that a member of To_Account asks for, if any; its argument is the ResultCode."""
    if not account.startswith(ITEM_PREFIXES):
        return None
    match = _ITEM.fullmatch(account)
    if not match or int(match[2]) > LARGEST_CODE:
        raise Unreadable(f'"{account}" is not item.<ResultCode>[*<times>].<anything> nor so with item_after, with a '
                         "code above 0")
    return Fault(match[1], int(match[2]), int(match[3]) if match[3] else None)


def _argument(asked: str, name: str, kind: Kind, text: Optional[str]) -> int:
    if kind.smallest is None:
        if text is not None:
            raise Unreadable(f'"{asked}": "{name}" takes no argument')
        return 0
    if text is None:
        if kind.default is None:
            raise Unreadable(f'"{asked}": "{name}" needs an argument')
        return kind.default
    value = int(text)
    is_status = name in ("http", "http_after")
    if not kind.smallest <= value <= kind.largest or (is_status and value in _WITHOUT_BODY):
        raise Unreadable(f'"{asked}": the argument of "{name}" is out of range')
    return value


class Faults:
    """Counts down the faults that happen a limited number of times. Safe to use from many threads."""

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
