"""What the service received, for tests to count attempts, batches and connections."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Dict, Iterator, List, Optional, Set

import query_string
import strict_json
from messages import SENDS_NOTHING, Answer, Request


@dataclass(frozen=True)
class Call:
    number: int  # of all calls of the service, from 1 on
    time: float  # of arrival, on the service's monotonic clock
    host: int  # that it came to
    connection: int  # that it came over; no two of the service have the same number
    position: int  # among the requests of its connection, from 1 on
    method: str
    path: str
    query: str
    body: bytes
    status: Optional[int] = None  # the HTTP status answered; None while there is no answer, or where none is sent
    error_code: Optional[int] = None  # as answered; None too when a fault answered something else

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
    """Every request that arrived whole, but those to /control/, in order of arrival: a call stands here before anything
    is done about it. Safe to use from many threads.

    Without `keep` only the counts remain, so that a service that runs long does not fill the memory.
    """

    def __init__(self, keep: bool = True) -> None:
        self._keep = keep
        self._arrived = 0
        self._cleared = 0  # calls that arrived before the log was cleared
        self._calls: List[Call] = []
        self._connections: Set[int] = set()
        self._error_codes: Counter[str] = Counter()
        self._lock = threading.Lock()

    def arrive(self, request: Request, time: float) -> int:
        """Records a call; its number."""
        with self._lock:
            self._arrived += 1
            self._connections.add(request.connection)
            if self._keep:
                self._calls.append(Call(self._arrived, time, request.host, request.connection, request.position,
                                        request.method, request.path, request.query, request.body))
            return self._arrived

    def answer(self, number: int, answer: Answer) -> None:
        """Records what the call of that number is answered."""
        error_code = None if answer.delivery in SENDS_NOTHING else answer.error_code
        with self._lock:
            index = number - self._cleared - 1
            if index < 0:
                return
            self._error_codes["none" if error_code is None else str(error_code)] += 1
            if self._keep and answer.delivery not in SENDS_NOTHING:
                self._calls[index] = replace(self._calls[index], status=answer.status, error_code=error_code)

    def clear(self) -> None:
        with self._lock:
            self._cleared = self._arrived
            self._calls.clear()
            self._connections.clear()
            self._error_codes.clear()

    def of(self, from_account: str) -> List[Call]:
        """The calls whose body names this From_Account."""
        return [call for call in self if call.json.get("From_Account") == from_account]

    def counts(self) -> Dict[str, Any]:
        """How many calls and connections, and how many calls were answered with each ErrorCode."""
        with self._lock:
            return {"calls": self._arrived - self._cleared, "connections": len(self._connections),
                    "error_codes": dict(self._error_codes)}

    def export(self, of: Optional[str] = None) -> List[Dict[str, Any]]:
        """The calls as JSON values, of one From_Account if named."""
        listed = []
        for call in self:
            body = call.json
            if of in (None, body.get("From_Account")):
                accounts = body.get("To_Account")
                listed.append({"number": call.number, "time": call.time, "host": call.host,
                               "connection": call.connection, "position": call.position, "method": call.method,
                               "path": call.path, "from": body.get("From_Account"),
                               "accounts": len(accounts) if isinstance(accounts, list) else None,
                               "status": call.status, "error_code": call.error_code})
        return listed

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        with self._lock:
            return self._arrived - self._cleared
