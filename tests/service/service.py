#!/usr/bin/env python3
"""A stand-in for the Tencent Cloud Chat service: real HTTPS on the loopback, a strict judge of every call.

In a test:

    with Service() as service:
        service.graph.befriend("alice", ["bob", "carol"])
        …call service.endpoint, trusting service.cacert…
        assert service.graph.friends("alice") == ["carol"]
        assert len(service.calls.of("alice")) == 1

On the command line: `python3 tests/service/service.py --help`. Nothing here is secret: the credentials are for
tests, and known.
"""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from typing import Callable, Dict, List, Optional

import certificate
from api import Api, Credentials
from call_log import Call, CallLog
from control import PREFIX, Control
from faults import KINDS
from friend_graph import FriendGraph, Pair
from https_server import HttpsServer
from messages import Answer, Request
from quota import Quota
from webhook_sender import WebhookSender

SDK_APP_ID = 1400000000
IDENTIFIER = "administrator"
SECRET_KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
QUOTA = 200


def _ignore(pairs: List[Pair]) -> None:
    """Nobody is to be told of the deletions."""


class Service:
    """Serves from entry of the context to its exit, on threads of this process. Everything may be used from tests
    while it serves.

    `now` answers Unix time, which UserSigs are judged by; `clock` monotonic seconds, which the quota is. `directory`
    is where the certificate goes; without, a temporary one that is removed at the end. `after_deletion`: see Api.
    """

    def __init__(self, *, sdk_app_id: int = SDK_APP_ID, identifier: str = IDENTIFIER, secret_key: str = SECRET_KEY,
                 quota: int = QUOTA, port: int = 0, directory: Optional[str] = None, everyone_is_friends: bool = False,
                 pretty: bool = False, keep_calls: bool = True, now: Callable[[], float] = time.time,
                 clock: Callable[[], float] = time.monotonic,
                 after_deletion: Callable[[List[Pair]], None] = _ignore) -> None:
        self.credentials = Credentials(sdk_app_id, identifier, secret_key)
        self.graph = FriendGraph(everyone_is_friends)
        self.quota = Quota(quota, clock)
        self.calls = CallLog(keep_calls)
        self.api = Api(self.credentials, self.graph, self.quota, now, after_deletion, pretty)
        self._control = Control(self.graph, self.quota, self.calls)
        self._clock = clock
        self._port = port
        self._directory = directory
        self._temporary: Optional[tempfile.TemporaryDirectory[str]] = None
        self._server: Optional[HttpsServer] = None

    def __enter__(self) -> "Service":
        if self._directory is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="chat-service-")
            self._directory = self._temporary.name
        os.makedirs(self._directory, exist_ok=True)
        made = certificate.make(self._directory)
        self.cacert = made.certificate
        self._server = HttpsServer(self.handle, made, self._port)
        self.port = self._server.port
        self.endpoint = f"https://localhost:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop()
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
        arrival = self._clock()
        answer = self.api.handle(request)
        self.calls.record(Call(arrival, request.connection, request.method, request.path, request.query, request.body,
                               answer.status, answer.error_code))
        return answer


def _arguments() -> argparse.Namespace:
    faults = "\n".join(f"  {name:<14} {kind.meaning}" for name, kind in KINDS.items())
    parser = argparse.ArgumentParser(
        description="A stand-in for the Tencent Cloud Chat service, on the loopback. Prints `listening PORT`, then "
                    "`cacert PATH`, and serves until SIGTERM, SIGINT or the end of its lifetime.",
        epilog="kinds of fault, asked for by a From_Account fault.<kind>[.<argument>][*<times>].<anything>:\n" + faults,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--directory", help="where the certificate goes (default: a temporary directory)")
    parser.add_argument("--sdk-app-id", type=int, default=SDK_APP_ID, help="default: %(default)s")
    parser.add_argument("--identifier", default=IDENTIFIER, help="the administrator (default: %(default)s)")
    parser.add_argument("--secret-key", default=SECRET_KEY, help="default: %(default)s")
    parser.add_argument("--quota", type=int, default=QUOTA, help="calls a second (default: %(default)s)")
    parser.add_argument("--befriend", metavar="OF:FRIEND,…", action="append", default=[], help="may be repeated")
    parser.add_argument("--friends", metavar="FILE", help="befriends the two accounts of each line OF<TAB>FRIEND")
    parser.add_argument("--everyone-is-friends", action="store_true",
                        help="every account exists and is everyone's friend until deleted")
    parser.add_argument("--pretty", action="store_true", help="answer with spaces and line ends")
    parser.add_argument("--webhook", metavar="URL", help="where to POST what was deleted, https://HOST[:PORT][/PATH]")
    parser.add_argument("--webhook-token", metavar="TOKEN", help="signs those posts (default: they are not signed)")
    parser.add_argument("--webhook-cacert", metavar="FILE", help="the authorities to trust there, PEM")
    parser.add_argument("--lifetime", type=float, metavar="SECONDS", default=600.0, help="default: %(default)s")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop as well when standard input ends")
    return parser.parse_args()


def _befriend(graph: FriendGraph, options: argparse.Namespace) -> None:
    for entry in options.befriend:
        of, separator, friends = entry.partition(":")
        if not separator or not of or not friends:
            raise ValueError(f"--befriend {entry} is not OF:FRIEND,…")
        graph.befriend(of, friends.split(","))
    if options.friends is not None:
        with open(options.friends, encoding="ascii") as file:
            for number, line in enumerate(file, 1):
                of, separator, friend = line.rstrip("\n").partition("\t")
                if not separator or not of or not friend:
                    raise ValueError(f"{options.friends}:{number} is not OF<TAB>FRIEND")
                graph.befriend(of, [friend])


def _wait(lifetime: float, stop: int, until_stdin_closes: bool) -> None:
    """Returns at the end of the lifetime, once `stop` is readable, or at the end of standard input."""
    end = time.monotonic() + lifetime
    watched = [stop, 0] if until_stdin_closes else [stop]
    while True:
        ready, _, _ = select.select(watched, [], [], max(0.0, end - time.monotonic()))
        if not ready or stop in ready or not os.read(0, 4096):
            return


def main() -> int:
    options = _arguments()
    stop, stopper = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(stopper, b"x"))
    with ExitStack() as stack:
        try:
            after_deletion: Callable[[List[Pair]], None] = _ignore
            if options.webhook is not None:
                after_deletion = stack.enter_context(WebhookSender(
                    options.webhook, options.sdk_app_id, token=options.webhook_token, cacert=options.webhook_cacert))
            service = Service(sdk_app_id=options.sdk_app_id, identifier=options.identifier,
                              secret_key=options.secret_key, quota=options.quota, port=options.port,
                              directory=options.directory, everyone_is_friends=options.everyone_is_friends,
                              pretty=options.pretty, keep_calls=False, after_deletion=after_deletion)
            _befriend(service.graph, options)
        except (OSError, ValueError) as error:
            print(f"service: {error}", file=sys.stderr)
            return 2
        stack.enter_context(service)
        print(f"listening {service.port}\ncacert {service.cacert}", flush=True)
        _wait(options.lifetime, stop, options.until_stdin_closes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
