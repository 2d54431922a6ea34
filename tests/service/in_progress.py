"""The calls under way: how many at once, and which of one From_Account side by side."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Callable, Tuple


class InProgress:
    """A call is under way from the moment its body was read until just before its answer is on its way, or until the
    client has gone. Safe to use from many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._running: Counter[str] = Counter()
        self._count = 0
        self._most = 0
        self._side_by_side = 0

    def begin(self, from_account: str) -> Tuple[bool, Callable[[], None]]:
        """Whether another call of this From_Account is under way, and what to call at the end of this one."""
        with self._lock:
            beside = self._running[from_account] > 0
            self._running[from_account] += 1
            self._count += 1
            self._most = max(self._most, self._count)
            self._side_by_side += beside
        return beside, lambda: self._end(from_account)

    def wait_for_none(self, timeout: float) -> bool:
        """Waits until no call is under way; whether that came about within `timeout` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: self._count == 0, timeout)

    @property
    def now(self) -> int:
        """How many calls are under way."""
        with self._lock:
            return self._count

    @property
    def most(self) -> int:
        """The most calls that were under way at once."""
        with self._lock:
            return self._most

    @property
    def side_by_side(self) -> int:
        """How many calls arrived while another of their From_Account was under way."""
        with self._lock:
            return self._side_by_side

    def _end(self, from_account: str) -> None:
        with self._lock:
            self._count -= 1
            self._lock.notify_all()
            self._running[from_account] -= 1
            if self._running[from_account] == 0:
                del self._running[from_account]
