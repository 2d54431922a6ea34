"""Faults that no name asks for: rules for all calls, or for those of one account, host, time or place on a connection.

    service.weather.add("code_after.60013", one_in=7)       each 7th call is done, and answered with 60013
    service.weather.add("code.31707", after=200)            the security policy, for ever, from the 201st call on
    service.weather.add("item.30006", to="bob")             one account that answers 30006 for ever
    service.weather.add("drop", kept=1, times=1)            one request on a connection that has carried one before
    service.weather.add("stall", host=0, begin=5, seconds=10)

The faults are those of faults.py. A rule meets the calls that pass every check of a request and that its conditions
describe; of the calls that it meets, it counts, and fires at those that its numbers describe. A fault that an account's
name asks for goes before, then the rule that was added first; every rule counts the call all the same.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import faults
from command import Command
from faults import Fault
from messages import Request

_TEXTS = ("of", "to")
_NUMBERS = ("host", "kept", "after", "times", "one_in")
_SECONDS = ("begin", "seconds")
CONDITIONS = _TEXTS + _NUMBERS + _SECONDS


class Rule:
    """One rule; `met` and `fired` count calls."""

    def __init__(self, fault: Fault, now: float, *, of: Optional[str] = None, to: Optional[str] = None,
                 host: Optional[int] = None, kept: int = 0, after: int = 0, times: Optional[int] = None,
                 one_in: int = 1, begin: float = 0.0, seconds: Optional[float] = None) -> None:
        self.fault = fault
        self.met = 0
        self.fired = 0
        self._of = of
        self._to = to
        self._host = host
        self._kept = kept
        self._after = after
        self._times = times
        self._one_in = max(one_in, 1)
        self._begin = now + begin
        self._end = float("inf") if seconds is None else self._begin + seconds

    def fires(self, request: Request, command: Command, now: float) -> bool:
        """Counts the call if the rule meets it."""
        if not self._meets(request, command, now):
            return False
        self.met += 1
        beyond = self.met - self._after
        if beyond <= 0 or beyond % self._one_in != 0 or self.fired == self._times:
            return False
        self.fired += 1
        return True

    def codes(self, accounts: List[str]) -> Dict[int, Fault]:
        """The accounts that a rule for items, which has fired, gives its code, by their index."""
        return {index: self.fault for index, account in enumerate(accounts) if self._to in (None, account)}

    def _meets(self, request: Request, command: Command, now: float) -> bool:
        return (self._begin <= now < self._end and self._of in (None, command.from_account)
                and self._host in (None, request.host) and request.position > self._kept
                and (self._to is None or self._to in (command.to_accounts or ()))
                and not (self.fault.is_of_items and command.to_accounts is None))


class Verdict(NamedTuple):
    call: Optional[Fault]
    items: Dict[int, Fault]  # by their index in To_Account


class Weather:
    """Safe to use from many threads. `clock` answers monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: Tuple[Rule, ...] = ()

    def add(self, fault: str, **conditions: Any) -> Rule:
        """Adds a rule; ValueError when it makes no sense.

        Conditions: `of` is the From_Account; `to` an account in To_Account, and the only one that a fault of items
        strikes; `host` the number of the host; `kept` how many requests the connection has carried before, at least;
        `begin` and `seconds` when it begins, from now on, and how long it holds.
        Numbers: the first `after` calls are spared; of the next, each `one_in`-th fails, up to `times` of them.
        """
        _check(conditions)
        rule = Rule(faults.parse(fault), self._clock(), **conditions)
        with self._lock:
            self._rules += (rule,)
        return rule

    def clear(self) -> None:
        with self._lock:
            self._rules = ()

    def meet(self, request: Request, command: Command) -> Verdict:
        if not self._rules:
            return Verdict(None, {})
        now = self._clock()
        with self._lock:
            fired = [rule for rule in self._rules if rule.fires(request, command, now)]
        items: Dict[int, Fault] = {}
        for rule in reversed([rule for rule in fired if rule.fault.is_of_items]):
            items.update(rule.codes(command.to_accounts or []))
        return Verdict(next((rule.fault for rule in fired if not rule.fault.is_of_items), None), items)


def parse(text: str) -> Tuple[str, Dict[str, Any]]:
    """Fault and conditions of `FAULT[,CONDITION=VALUE]…`, for `Weather.add`."""
    fault, *parts = text.split(",")
    conditions: Dict[str, Any] = {}
    for part in parts:
        name, _, value = part.partition("=")
        read: Callable[[str], Any] = str if name in _TEXTS else float if name in _SECONDS else int
        conditions[name] = read(value)
    return fault, conditions


def _check(conditions: Dict[str, Any]) -> None:
    for name, value in conditions.items():
        if name not in CONDITIONS:
            raise ValueError(f"there is no condition {name}; there are {', '.join(CONDITIONS)}")
        if name in _TEXTS:
            good = isinstance(value, str)
        elif name in _SECONDS:
            good = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
        else:
            good = isinstance(value, int) and not isinstance(value, bool) and value >= (1 if name == "one_in" else 0)
        if not good:
            raise ValueError(f"the condition {name} cannot be {value!r}")
