"""What a client gets for a fault in place of an ordinary answer; which faults there are, faults.py says."""

from __future__ import annotations

import math
from dataclasses import replace
from email.utils import formatdate

from faults import Fault
from messages import Answer, Delivery

_PAGE = b"<!DOCTYPE html>\n<html><head><title>%d</title></head><body><h1>%d</h1></body></html>\n"
_LOST = {"drop": Delivery.NOTHING, "drop_after": Delivery.NOTHING, "reset": Delivery.RESET,
         "reset_after": Delivery.RESET, "stall": Delivery.SILENCE, "stall_after": Delivery.SILENCE,
         "truncate": Delivery.HALF}


def without_acting(fault: Fault, now: float) -> Answer:
    """The answer to a call that is not done, but for a refusal with an ErrorCode. `now` is Unix time."""
    kind = fault.kind
    if kind == "http":
        return _page(fault.argument)
    if kind == "redirect":
        return _page(307, Location="/redirected")
    if kind == "html":
        return _page(200)
    if kind == "empty":
        return Answer(b"")
    if kind in _LOST:
        return Answer(b"", delivery=_LOST[kind])
    _, status, *date = kind.split("_")  # retry_429, retry_503_date
    moment = formatdate(math.ceil(now + fault.argument), usegmt=True) if date else str(fault.argument)
    return _page(int(status), Retry_After=moment)


def spoil(done: Answer, fault: Fault) -> Answer:
    """What `done`, the answer to a call that is done, becomes."""
    kind = fault.kind
    if kind == "http_after":
        return _page(fault.argument)
    if kind == "slow":
        return replace(done, delay=fault.argument / 1000)
    if kind == "drip":
        return replace(done, delivery=Delivery.DRIP, interval=fault.argument / 1000)
    if kind == "close":
        return replace(done, delivery=Delivery.WHOLE_THEN_CLOSE)
    if kind == "truncate_json":
        return replace(done, body=done.body[:len(done.body) // 2], error_code=None)
    if kind in _LOST:
        return replace(done, delivery=_LOST[kind], error_code=None)
    return done


def _page(status: int, **headers: str) -> Answer:
    return Answer(_PAGE % (status, status), status=status, content_type="text/html",
                  headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()))
