"""The calls a second that one SDKAppID is allowed, and proof of how many it made.

"RESTful API Overview" allows 200 calls a second. The window slides: of the calls let through, never more than
the limit lie in any stretch of one second that includes its start and excludes its end. A call that is refused
takes no room in the window, yet it is an arrival like any other, so that a test can prove that a client kept
within the quota by itself and not because it was made to.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable, Deque, List

WINDOW = 1.0  # seconds


class Quota:
    """Safe to use from many threads. `clock` answers monotonic seconds."""

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        if limit < 1:
            raise ValueError("a quota lets at least one call through")
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._admitted: Deque[float] = deque()
        self._arrivals: List[float] = []
        self._refusals = 0

    def admit(self) -> bool:
        """Records a call that arrives now; False when it is one too many."""
        with self._lock:
            now = self._clock()
            self._arrivals.append(now)
            while self._admitted and now - self._admitted[0] >= WINDOW:
                self._admitted.popleft()
            if len(self._admitted) < self.limit:
                self._admitted.append(now)
                return True
            self._refusals += 1
            return False

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
