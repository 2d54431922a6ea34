"""What really happened to each pair, for tests that hold a program's report against the truth.

    entry = service.record[("alice", "bob")]
    assert entry.asked == 2 and [deletion.request for deletion in entry.deletions] == [1]
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from friend_graph import Pair


class Deletion(NamedTuple):
    time: float  # on the service's monotonic clock
    request: int  # its number: `Call.number`


class Entry(NamedTuple):
    """What happened to a pair (From_Account, To_Account)."""

    asked: int = 0  # requests that named it and passed every check, whatever became of them
    deletions: Tuple[Deletion, ...] = ()  # each time that the second left the first one's list


class DeletionRecord:
    """Safe to use from many threads. A two-way deletion enters (b, a) too, which nobody asked for. Without `keep`
    nothing is recorded.

    Calls only note what happened, which costs them little; the pairs are worked out when they are looked at.
    """

    def __init__(self, keep: bool = True) -> None:
        self._keep = keep
        self._noted: List[Callable[[], None]] = []
        self._entries: Dict[Pair, Entry] = {}
        self._lock = threading.Lock()

    def ask(self, of: str, accounts: Sequence[str]) -> None:
        if self._keep:
            with self._lock:
                self._noted.append(lambda: self._enter_asked(of, accounts))

    def delete(self, pairs: Sequence[Pair], deletion: Deletion) -> None:
        if self._keep:
            with self._lock:
                self._noted.append(lambda: self._enter_deleted(pairs, deletion))

    def clear(self) -> None:
        with self._lock:
            self._noted.clear()
            self._entries.clear()

    def __getitem__(self, pair: Pair) -> Entry:
        with self._lock:
            self._work_out()
            return self._entries.get(pair, Entry())

    def __iter__(self) -> Iterator[Tuple[Pair, Entry]]:
        with self._lock:
            self._work_out()
            return iter(list(self._entries.items()))

    def export(self, of: Optional[str] = None) -> List[Dict[str, Any]]:
        """The record as JSON values, of one From_Account if named; times are seconds."""
        return [{"from": pair[0], "to": pair[1], "asked": entry.asked,
                 "deletions": [deletion._asdict() for deletion in entry.deletions]}
                for pair, entry in self if of in (None, pair[0])]

    def _work_out(self) -> None:
        for enter in self._noted:
            enter()
        self._noted.clear()

    def _enter_asked(self, of: str, accounts: Sequence[str]) -> None:
        for account in dict.fromkeys(accounts):
            entry = self._entries.get((of, account), Entry())
            self._entries[(of, account)] = entry._replace(asked=entry.asked + 1)

    def _enter_deleted(self, pairs: Sequence[Pair], deletion: Deletion) -> None:
        for pair in pairs:
            entry = self._entries.get(pair, Entry())
            self._entries[pair] = entry._replace(deletions=entry.deletions + (deletion,))
