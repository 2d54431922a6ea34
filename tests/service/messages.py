"""A request as it came off the wire, and an answer with how it is to be delivered."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Callable, Dict, Optional, Tuple

JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Request:
    method: str = ""
    target: str = ""
    headers: Dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    problem: str = ""  # why this is not well-formed HTTP; nothing else can be trusted then
    keep_alive: bool = False
    connection: int = 0
    position: int = 1  # among the requests of its connection
    host: int = 0  # that it came to, of the service's hosts
    number: int = 0  # among the calls of the service, from 1 on

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


class Delivery(enum.Enum):
    WHOLE = enum.auto()
    WHOLE_THEN_CLOSE = enum.auto()  # the head says that the connection is kept, and the connection closes
    DRIP = enum.auto()  # byte by byte, `interval` apart
    HALF = enum.auto()  # a head that promises the whole body, half of the body, and the connection closes
    NOTHING = enum.auto()  # the connection closes
    RESET = enum.auto()  # the connection closes with a TCP reset
    SILENCE = enum.auto()  # nothing, until the client closes the connection


SENDS_NOTHING = (Delivery.NOTHING, Delivery.RESET, Delivery.SILENCE)


def _do_nothing() -> None:
    pass


@dataclass(frozen=True)
class Answer:
    body: bytes
    status: int = 200
    content_type: str = JSON_TYPE
    headers: Tuple[Tuple[str, str], ...] = ()
    delivery: Delivery = Delivery.WHOLE
    delay: float = 0.0  # seconds between the work, which is done, and the answer
    interval: float = 0.0  # seconds between the bytes of DRIP
    error_code: Optional[int] = None  # as answered; None when the body is not an answer of the service
    finished: Callable[[], None] = _do_nothing  # called once, just before the client has the whole of what it gets
