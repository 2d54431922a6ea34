"""The service as a program: its options, and how it ends."""

from __future__ import annotations

import argparse
import os
import select
import signal
import sys
import time
from contextlib import ExitStack
from typing import Any, Callable, Dict, List, Tuple

import weather
from faults import ITEM_KINDS, KINDS
from friend_graph import FriendGraph, Pair
from options import Options
from service import IDENTIFIER, QUOTA, SDK_APP_ID, SECRET_KEY, Service, no_webhook
from webhook_sender import WebhookSender


def _parse() -> argparse.Namespace:
    faults = "\n".join(f"  {name:<14} {kind.meaning}" for name, kind in {**KINDS, **ITEM_KINDS}.items())
    parser = argparse.ArgumentParser(
        prog="service.py",
        description="A stand-in for the Tencent Cloud Chat service, on the loopback. Prints `listening PORT`, then "
                    "`cacert PATH`, then `backup PORT` for each further host, and serves until SIGTERM, SIGINT or the "
                    "end of its lifetime.",
        epilog="faults, <kind>[.<argument>], asked for by --weather, by a From_Account "
               "fault.<kind>[.<argument>][*<times>].<anything>, or by a To_Account item.<ResultCode>…:\n" + faults,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="of the first host; 0, the default, takes a free one")
    parser.add_argument("--hosts", type=int, default=1, help="how many there are (default: 1)")
    parser.add_argument("--directory", help="where the certificate goes (default: a temporary directory)")
    parser.add_argument("--sdk-app-id", type=int, default=SDK_APP_ID, help="default: %(default)s")
    parser.add_argument("--identifier", default=IDENTIFIER, help="the administrator (default: %(default)s)")
    parser.add_argument("--secret-key", default=SECRET_KEY, help="default: %(default)s")
    parser.add_argument("--quota", type=int, default=QUOTA, help="calls a second (default: %(default)s)")
    parser.add_argument("--befriend", metavar="OF:FRIEND,…", action="append", default=[], help="may be repeated")
    parser.add_argument("--friends", metavar="FILE", help="befriends the two accounts of each line OF<TAB>FRIEND")
    parser.add_argument("--everyone-is-friends", action="store_true",
                        help="every account exists and is everyone's friend until deleted")
    parser.add_argument("--weather", metavar="FAULT[,CONDITION=VALUE]…", action="append", default=[],
                        help="adds a rule, such as code.31707,after=200; may be repeated")
    parser.add_argument("--throttle", metavar="LIMIT[,answer=FAULT][,begin=SECONDS][,seconds=SECONDS]", action="append",
                        default=[], help="allows LIMIT calls a second for a time; may be repeated")
    parser.add_argument("--not-a-friend", metavar="CODE", type=int, default=31704,
                        help="the ResultCode of a stranger (default: %(default)s)")
    parser.add_argument("--write-conflicts", action="store_true",
                        help="30008 for a call beside another of the same From_Account")
    parser.add_argument("--one-way-delay", metavar="SECONDS", type=float, default=0.0, help="of every message")
    parser.add_argument("--jitter", metavar="SECONDS", type=float, default=0.0, help="added to it by chance, at most")
    parser.add_argument("--request-ids", action="store_true", help="a RequestId in every answer")
    parser.add_argument("--pretty", action="store_true", help="answer with spaces and line ends")
    parser.add_argument("--keep", action="store_true", help="keep every request, and what happened to each pair")
    parser.add_argument("--webhook", metavar="URL", help="where to POST what was deleted, https://HOST[:PORT][/PATH]")
    parser.add_argument("--webhook-token", metavar="TOKEN", help="signs those posts (default: they are not signed)")
    parser.add_argument("--webhook-cacert", metavar="FILE", help="the authorities to trust there, PEM")
    parser.add_argument("--lifetime", type=float, metavar="SECONDS", default=600.0, help="default: %(default)s")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop as well when standard input ends")
    return parser.parse_args()


def _befriend(graph: FriendGraph, given: argparse.Namespace) -> None:
    for entry in given.befriend:
        of, separator, friends = entry.partition(":")
        if not separator or not of or not friends:
            raise ValueError(f"--befriend {entry} is not OF:FRIEND,…")
        graph.befriend(of, friends.split(","))
    if given.friends is not None:
        with open(given.friends, encoding="ascii") as file:
            for number, line in enumerate(file, 1):
                of, separator, friend = line.rstrip("\n").partition("\t")
                if not separator or not of or not friend:
                    raise ValueError(f"{given.friends}:{number} is not OF<TAB>FRIEND")
                graph.befriend(of, [friend])


def _parse_throttle(text: str) -> Tuple[int, Dict[str, Any]]:
    limit, *parts = text.split(",")
    members: Dict[str, Any] = {}
    for part in parts:
        name, _, value = part.partition("=")
        if name not in ("answer", "begin", "seconds"):
            raise ValueError(f"--throttle {text} has {name}, which is neither answer, begin nor seconds")
        members[name] = value if name == "answer" else float(value)
    return int(limit), members


def _make(given: argparse.Namespace, after_deletion: Callable[[List[Pair]], None]) -> Service:
    service = Service(
        sdk_app_id=given.sdk_app_id, identifier=given.identifier, secret_key=given.secret_key, quota=given.quota,
        port=given.port, hosts=given.hosts, directory=given.directory, everyone_is_friends=given.everyone_is_friends,
        keep_calls=given.keep, after_deletion=after_deletion)
    service.options.change(**{name: getattr(given, name) for name in Options.__dataclass_fields__})
    _befriend(service.graph, given)
    for text in given.weather:
        fault, conditions = weather.parse(text)
        service.weather.add(fault, **conditions)
    for text in given.throttle:
        limit, members = _parse_throttle(text)
        service.quota.throttle(limit, **members)
    return service


def _wait(lifetime: float, stop: int, until_stdin_closes: bool) -> None:
    """Returns at the end of the lifetime, once `stop` is readable, or at the end of standard input."""
    end = time.monotonic() + lifetime
    watched = [stop, 0] if until_stdin_closes else [stop]
    while True:
        ready, _, _ = select.select(watched, [], [], max(0.0, end - time.monotonic()))
        if not ready or stop in ready or not os.read(0, 4096):
            return


def main() -> int:
    given = _parse()
    stop, stopper = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(stopper, b"x"))
    with ExitStack() as stack:
        try:
            after_deletion = no_webhook
            if given.webhook is not None:
                after_deletion = stack.enter_context(WebhookSender(
                    given.webhook, given.sdk_app_id, token=given.webhook_token, cacert=given.webhook_cacert))
            service = _make(given, after_deletion)
        except (OSError, ValueError) as error:
            print(f"service: {error}", file=sys.stderr)
            return 2
        stack.enter_context(service)
        print(f"listening {service.port}\ncacert {service.cacert}")
        for host in service.hosts[1:]:
            print(f"backup {host.port}")
        sys.stdout.flush()
        _wait(given.lifetime, stop, given.until_stdin_closes)
    return 0
