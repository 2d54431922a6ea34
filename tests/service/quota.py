"""The calls a second that one SDKAppID is allowed, and proof of how many it made.

"RESTful API Overview" allows 200 calls a second. The window slides: of the calls let through, never more than
the limit lie in any stretch of one second that includes its start and excludes its end. A call that is refused
takes no room in the window, yet it is an arrival like any other, so that a test can prove that a client kept
within the quota by itself and not because it was made to.

For a time the service can allow another number, and refuse in another way:

    service.quota.throttle(20)                                   20 a second from now on, 60011 to the rest
    service.quota.throttle(0, "retry_503.2", begin=5, seconds=2) nothing at all, from 5 to 7 seconds from now
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable, Deque, List, NamedTuple, Optional, Tuple

import codes
import faults
from faults import Fault

WINDOW = 1.0  # seconds


class _Throttle(NamedTuple):
    limit: int
    refusal: Fault
    begin: float
    end: float


class Quota:
    """Safe to use from many threads. `clock` answers monotonic seconds. `limit` may be assigned at any time."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        if limit < 1:
            raise ValueError("a quota lets at least one call through")
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._throttles: Tuple[_Throttle, ...] = ()
        self._admitted: Deque[float] = deque()
        self._arrivals: List[float] = []
        self._refusals = 0

    def throttle(self, limit: int, answer: str = f"code.{codes.OVER_QUOTA}", *, begin: float = 0.0,
                 seconds: Optional[float] = None) -> None:
        """From `begin` seconds from now on, for `seconds` or for ever, `limit` calls a second are let through and the
        others get `answer`, a fault that deletes nothing. The throttle added last holds. ValueError when one makes no
        sense.
        """
        refusal = faults.parse(answer)
        if limit < 0 or begin < 0 or (seconds is not None and seconds < 0):
            raise ValueError("a throttle has no negative numbers")
        if refusal.acts or refusal.is_of_items:
            raise ValueError(f'"{answer}" does not refuse a call')
        with self._lock:
            start = self._clock() + begin
            end = float("inf") if seconds is None else start + seconds
            self._throttles += (_Throttle(limit, refusal, start, end),)

    def clear_throttles(self) -> None:
        with self._lock:
            self._throttles = ()

    def refusal(self) -> Optional[Fault]:
        """Records a call that arrives now. None when it is let through, or how it is refused."""
        with self._lock:
            now = self._clock()
            self._arrivals.append(now)
            while self._admitted and now - self._admitted[0] >= WINDOW:
                self._admitted.popleft()
            limit, refusal = self.limit, Fault("code", codes.OVER_QUOTA)
            for throttle in self._throttles:
                if throttle.begin <= now < throttle.end:
                    limit, refusal = throttle.limit, throttle.refusal
            if len(self._admitted) < limit:
                self._admitted.append(now)
                return None
            self._refusals += 1
            return refusal

    @property
    def refusals(self) -> int:
        with self._lock:
            return self._refusals

    @property
    def arrivals(self) -> List[float]:
        """When each call arrived, refused ones included, in order."""
        with self._lock:
            return list(self._arrivals)

    def busiest_second(self) -> int:
        """The most calls that arrived within any one second."""
        arrivals = self.arrivals
        most = first = 0
        for last, time in enumerate(arrivals):
            while time - arrivals[first] >= WINDOW:
                first += 1
            most = max(most, last - first + 1)
        return most
