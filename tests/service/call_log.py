"""What the service received, for tests to count attempts, batches and connections."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Set

import query_string
import strict_json


@dataclass(frozen=True)
class Call:
    time: float  # of arrival, on the service's monotonic clock
    connection: int
    method: str
    path: str
    query: str
    body: bytes
    status: int  # the HTTP status answered
    error_code: Optional[int]  # as answered; None when a fault answered something else, or nothing

    @property
    def parameters(self) -> Dict[str, str]:
        return query_string.parse(self.query)

    @property
    def json(self) -> Dict[str, Any]:
        """The body; empty when it is not a JSON object."""
        try:
            return strict_json.parse_object(self.body)
        except ValueError:
            return {}


class CallLog:
    """Every call but those to /control/, in order of arrival at the log. Safe to use from many threads.

    Without `keep` only the counts remain, so that a service that runs long does not fill the memory.
    """

    def __init__(self, keep: bool = True) -> None:
        self._keep = keep
        self._calls: List[Call] = []
        self._connections: Set[int] = set()
        self._error_codes: Counter[str] = Counter()
        self._lock = threading.Lock()

    def record(self, call: Call) -> None:
        with self._lock:
            if self._keep:
                self._calls.append(call)
            self._connections.add(call.connection)
            self._error_codes["none" if call.error_code is None else str(call.error_code)] += 1

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._connections.clear()
            self._error_codes.clear()

    def of(self, from_account: str) -> List[Call]:
        """The calls whose body names this From_Account."""
        return [call for call in self if call.json.get("From_Account") == from_account]

    def counts(self) -> Dict[str, Any]:
        """How many calls and connections, and how many calls were answered with each ErrorCode."""
        with self._lock:
            return {"calls": sum(self._error_codes.values()), "connections": len(self._connections),
                    "error_codes": dict(self._error_codes)}

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        with self._lock:
            return sum(self._error_codes.values())
