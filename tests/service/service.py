#!/usr/bin/env python3
"""A stand-in for the Tencent Cloud Chat service: real HTTPS on the loopback, a strict judge of every call.

In a test:

    with Service() as service:
        service.graph.befriend("alice", ["bob", "carol"])
        service.weather.add("code_after.60013", times=1)
        …call service.endpoint, trusting service.cacert…
        assert service.graph.friends("alice") == ["carol"]
        assert len(service.calls.of("alice")) == 2
        assert len(service.record[("alice", "bob")].deletions) == 1

On the command line: `python3 tests/service/service.py --help`. Nothing here is secret: the credentials are for
tests, and known.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import threading
import time
from dataclasses import replace
from typing import Callable, Dict, List, Optional

import certificate
from api import Api, Credentials
from call_log import CallLog
from control import PREFIX, Control
from deletion_record import DeletionRecord
from friend_graph import FriendGraph, Pair
from host import Host
from https_server import HttpsServer
from messages import Answer, Request
from options import Options
from quota import Quota
from weather import Weather

SDK_APP_ID = 1400000000
IDENTIFIER = "administrator"
SECRET_KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
QUOTA = 200


def no_webhook(pairs: List[Pair]) -> None:
    """For a service that posts nothing after a deletion."""


class Service:
    """Serves from entry of the context to its exit, on threads of this process. Everything may be used from tests
    while it serves.

    `now` answers Unix time, which UserSigs are judged by; `clock` monotonic seconds, which the quota, the weather and
    the record go by; `sleep`, if given, is called with the seconds that the service would let pass. `directory` is
    where the certificate goes; without, a temporary one that is removed at the end. `port` is the first host's; the
    others take free ones. Without `keep_calls` neither calls nor record are kept. `after_deletion`: see Api.
    """

    def __init__(self, *, sdk_app_id: int = SDK_APP_ID, identifier: str = IDENTIFIER, secret_key: str = SECRET_KEY,
                 quota: int = QUOTA, port: int = 0, hosts: int = 1, directory: Optional[str] = None,
                 everyone_is_friends: bool = False, options: Optional[Options] = None, keep_calls: bool = True,
                 now: Callable[[], float] = time.time, clock: Callable[[], float] = time.monotonic,
                 sleep: Optional[Callable[[float], None]] = None,
                 after_deletion: Callable[[List[Pair]], None] = no_webhook) -> None:
        self.credentials = Credentials(sdk_app_id, identifier, secret_key)
        self.graph = FriendGraph(everyone_is_friends)
        self.quota = Quota(quota, clock)
        self.weather = Weather(clock)
        self.options = options or Options()
        self.record = DeletionRecord(keep_calls)
        self.calls = CallLog(keep_calls)
        self.hosts: List[Host] = []
        self._stopping = threading.Event()
        self._sleep = sleep
        self.api = Api(self.credentials, self.graph, self.quota, self.weather, self.record, self.options, now, clock,
                       self._let_pass, after_deletion)
        self.in_progress = self.api.in_progress
        self._control = Control(self.api, self.calls, self.hosts)
        self._chance = random.Random(0)
        self._clock = clock
        self._ports = [port] + [0] * (hosts - 1)
        self._directory = directory
        self._temporary: Optional[tempfile.TemporaryDirectory[str]] = None
        self._servers: List[HttpsServer] = []

    def __enter__(self) -> "Service":
        if self._directory is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="chat-service-")
            self._directory = self._temporary.name
        os.makedirs(self._directory, exist_ok=True)
        made = certificate.make(self._directory)
        self.cacert = made.certificate
        numbers = itertools.count(1)
        for number, port in enumerate(self._ports):
            server = HttpsServer(self.handle, made, port, host=number, numbers=numbers, sleep=self._sleep)
            self._servers.append(server)
            self.hosts.append(Host(number, server, self.calls))
        self.port = self.hosts[0].port
        self.authority = self.hosts[0].authority
        self.endpoint = self.hosts[0].endpoint
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for server in self._servers:
            server.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    @property
    def environment(self) -> Dict[str, str]:
        """The credentials as the environment variables that the command-line example reads."""
        return {"UNFRIEND_SDK_APP_ID": str(self.credentials.sdk_app_id),
                "UNFRIEND_IDENTIFIER": self.credentials.identifier,
                "UNFRIEND_SECRET_KEY": self.credentials.secret_key}

    def handle(self, request: Request) -> Answer:
        if request.path.startswith(PREFIX):
            return self._control.handle(request)
        self._let_pass(self._one_way())
        number = self.calls.arrive(request, self._clock())
        answer = self.api.handle(replace(request, number=number))
        self.calls.answer(number, answer)
        return replace(answer, delay=answer.delay + self._one_way())

    def _one_way(self) -> float:
        """The seconds that a message is on its way."""
        return self.options.one_way_delay + self.options.jitter * self._chance.random()

    def _let_pass(self, seconds: float) -> None:
        if seconds > 0:
            if self._sleep is not None:
                self._sleep(seconds)
            else:
                self._stopping.wait(seconds)


if __name__ == "__main__":
    from program import main

    sys.exit(main())
