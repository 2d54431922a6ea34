"""What the examples that make a call for each account have in common, whichever way they wait for their answers."""

from __future__ import annotations

import re
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, List, NamedTuple, Optional, Tuple

from support import (PATIENCE, Answer, EndToEnd, Request, Service, impostor, needs_localhost, program, run,
                     scripted)

DELETED, SOME_FAILED, BAD_INPUT = range(3)
IN_FLIGHT = 16
_LINE = re.compile(r"([^\t\n]*)\t([^\t\n]*)\t(deleted|already_gone|failed|unknown)\t([^\t\n]+)")


class Told(NamedTuple):
    status: int
    lines: List[Tuple[str, str, str, str]]  # FROM, TO, outcome, code or error
    last: str  # what is no such line
    err: str

    @property
    def outcomes(self) -> List[Tuple[str, str, str]]:
        """TO, outcome, code or error, in the order of TO."""
        return sorted((to, outcome, said) for _, to, outcome, said in self.lines)


def told(status: int, out: str, err: str) -> Told:
    matches = [(_LINE.fullmatch(line), line) for line in out.splitlines()]
    lines = [match.group(1, 2, 3, 4) for match, _ in matches if match]
    return Told(status, lines, "\n".join(line for match, line in matches if not match), err)  # type: ignore[arg-type]


class OneCallEach(EndToEnd):
    """The tests of any such program."""

    variable: str  # names the program, of the usage `PROGRAM HOST CAFILE FROM TO...`

    def delete(self, of: str, *friends: str, service: Optional[Service] = None, where: str = "", cacert: str = "",
               **environment: str) -> Told:
        service = service or self.service
        return told(*run([program(self.variable), where or service.authority, cacert or service.cacert, of,
                          *friends], {**service.environment, **environment}))

    def befriend(self, of: str, *friends: str) -> str:
        self.graph.befriend(of, friends)
        return of

    def test_it_deletes(self) -> None:
        self.befriend("alice", "bob", "carol", "dave")
        done = self.delete("alice", "bob", "carol")
        self.assertEqual((done.status, done.err), (DELETED, ""))
        self.assertEqual(sorted(done.lines),
                         [("alice", "bob", "deleted", "0"), ("alice", "carol", "deleted", "0")])
        self.assertEqual(self.graph.friends("alice"), ["dave"])

    def test_it_tells_what_became_of_each(self) -> None:
        self.befriend("erin", "frank")
        self.graph.add_account("stranger")
        done = self.delete("erin", "frank", "nobody", "stranger", "no\tUserID")
        self.assertEqual(done.status, SOME_FAILED)
        self.assertEqual({to: (outcome, said) for to, outcome, said in done.outcomes if said.isdigit()},
                         {"frank": ("deleted", "0"), "nobody": ("failed", "30003"), "stranger": ("failed", "31704")})
        self.assertEqual([(to, outcome) for to, outcome, said in done.outcomes if "is not a UserID" in said],
                         [("no\\x09UserID", "failed")])

    def test_what_passes_is_tried_again(self) -> None:
        for fault, attempts in (("http.503*2", 3), ("drop*1", 2), ("html*1", 2), ("empty*1", 2), ("http.429*1", 2),
                                ("code.30006*1", 2), ("code.70001*1", 2)):
            of = self.befriend(f"fault.{fault}.a", "bob")
            with self.subTest(fault):
                self.assertEqual(self.delete(of, "bob").outcomes, [("bob", "deleted", "0")])
                self.assertEqual(len(self.calls(of)), attempts)

    def test_no_attempt_goes_earlier_than_the_answer_asks_for(self) -> None:
        for fault in ("retry_429.1*1", "retry_503_date.1*1"):
            of = self.befriend(f"fault.{fault}.g", "bob")
            with self.subTest(fault):
                self.assertEqual(self.delete(of, "bob").outcomes, [("bob", "deleted", "0")])
                first, second = self.service.calls.of(of)
                self.assertGreaterEqual(second.time - first.time, 0.999)

    def test_after_a_lost_answer_an_account_that_is_gone_counts_as_done(self) -> None:
        for fault in ("drop_after*1", "truncate*1", "truncate_json*1"):
            of = self.befriend(f"fault.{fault}.b", "bob")
            with self.subTest(fault):
                done = self.delete(of, "bob")
                self.assertEqual((done.status, done.outcomes), (DELETED, [("bob", "already_gone", "31704")]))
                self.assertEqual(len(self.calls(of)), 2)

    def test_of_a_page_that_is_too_large_the_status_counts(self) -> None:
        seen: List[Request] = []

        def answer(request: Request, ordinary: Callable[[Request], Answer]) -> Answer:
            seen.append(request)
            return Answer(b"<html>" * 200_000, 502, "text/html") if len(seen) == 1 else ordinary(request)

        with scripted(answer) as service:
            service.graph.befriend("oscar", ["bob"])
            self.assertEqual(self.delete("oscar", "bob", service=service).outcomes, [("bob", "deleted", "0")])
        self.assertEqual(len(seen), 2)

    def test_half_an_answer_is_not_taken_for_one(self) -> None:
        """Or else what is read is JSON that ends too early, and would be decoded where it happens not to."""
        of = self.befriend("fault.truncate.f", "bob")
        done = self.delete(of, "bob")
        self.assertEqual([line[2] for line in done.lines], ["unknown"])
        self.assertNotIn("JSON", done.lines[0][3])

    def test_what_does_not_pass_is_told(self) -> None:
        for fault, attempts, outcome, said in (
                ("http.404", 1, "failed", "status 404"), ("redirect", 1, "failed", "status 307"),
                ("code.60020", 1, "failed", "60020"), ("huge.1", 1, "unknown", "larger than the receive buffer"),
                ("drop", 4, "unknown", ""), ("http.502", 4, "unknown", "status 502")):
            of = self.befriend(f"fault.{fault}.c", "bob")
            with self.subTest(fault):
                done = self.delete(of, "bob")
                self.assertEqual((done.status, [line[2] for line in done.lines]), (SOME_FAILED, [outcome]))
                self.assertIn(said, done.lines[0][3])
                self.assertEqual([call.path for call in self.service.calls.of(of)],
                                 ["/v4/sns/friend_delete"] * attempts)

    def test_credentials_that_the_service_refuses_are_tried_once_more_at_most(self) -> None:
        self.befriend("fault.code.70001.d", "bob")
        self.befriend("grace", "bob")
        self.assertEqual(self.delete("fault.code.70001.d", "bob").outcomes, [("bob", "failed", "70001")])
        self.assertEqual(len(self.calls("fault.code.70001.d")), 2)
        done = self.delete("grace", "bob", UNFRIEND_SECRET_KEY="0" * 64)
        self.assertEqual((done.status, done.outcomes), (SOME_FAILED, [("bob", "failed", "70009")]))
        self.assertEqual(len(self.calls("grace")), 1)

    def test_bad_input_is_told_before_anything_is_sent(self) -> None:
        before = len(self.service.calls)
        for environment, said in (({"UNFRIEND_SECRET_KEY": ""}, "UNFRIEND_SECRET_KEY is not set"),
                                  ({"UNFRIEND_SDK_APP_ID": "x"}, "UNFRIEND_SDK_APP_ID is not a number")):
            done = self.delete("heidi", "bob", **environment)
            self.assertEqual((done.status, done.lines), (BAD_INPUT, []))
            self.assertIn(said, done.err)
        self.assertEqual(len(self.service.calls), before)

    def test_bad_usage_is_told_by_the_status(self) -> None:
        self.assertEqual(self.delete("alice").status, BAD_INPUT)
        self.assertEqual(self.delete("alice", "bob", cacert="/nonexistent.pem").status, BAD_INPUT)

    def test_it_trusts_only_the_authority_and_the_host_that_it_was_told(self) -> None:
        before = len(self.service.calls)
        with Service() as other:
            done = self.delete("ivan", "bob", cacert=other.cacert)
        self.assertEqual((done.status, [line[2] for line in done.lines]), (SOME_FAILED, ["failed"]))
        self.assertEqual(len(self.service.calls), before)
        with impostor() as other:
            done = self.delete("ivan", "bob", where=other.authority, cacert=other.cacert)
        self.assertEqual((done.status, [line[2] for line in done.lines], other.seen), (SOME_FAILED, ["failed"], []))

    @needs_localhost
    def test_a_host_is_reached_and_trusted_by_name_as_well_as_by_address(self) -> None:
        self.befriend("rupert", "bob")
        self.assertEqual(self.delete("rupert", "bob", where=f"localhost:{self.service.port}").status, DELETED)
        with impostor() as other:
            done = self.delete("rupert", "bob", where=f"localhost:{other.port}", cacert=other.cacert)
        self.assertEqual((done.status, [line[2] for line in done.lines], other.seen), (SOME_FAILED, ["failed"], []))

    def test_the_environments_proxy_is_not_used(self) -> None:
        self.befriend("judy", "bob")
        with unanswered() as nobody:
            self.assertEqual(self.delete("judy", "bob", https_proxy=f"http://{nobody}").status, DELETED)

    def test_so_many_calls_are_in_flight_at_a_time(self) -> None:
        """No answer comes before as many calls have arrived: one at a time would wait in vain."""
        together = threading.Barrier(IN_FLIGHT)
        friends = [f"friend{number}" for number in range(2 * IN_FLIGHT)]

        def answer(request: Request, ordinary: Callable[[Request], Answer]) -> Answer:
            together.wait(PATIENCE)
            return ordinary(request)

        with scripted(answer) as service:
            service.graph.befriend("kim", friends)
            done = self.delete("kim", *friends, service=service)
        self.assertEqual((done.status, done.outcomes), (DELETED, sorted((to, "deleted", "0") for to in friends)))

    def test_hundreds_of_calls_are_each_made_and_told_once(self) -> None:
        friends = [f"friend{number}" for number in range(200)]
        self.befriend("popular", *friends)
        done = self.delete("popular", *friends)
        self.assertEqual((done.status, done.outcomes), (DELETED, sorted((to, "deleted", "0") for to in friends)))
        self.assertEqual(sorted(call["To_Account"][0] for call in self.calls("popular")), sorted(friends))
        self.assertEqual(self.graph.friends("popular"), [])

    def test_where_nobody_listens_nothing_was_done(self) -> None:
        with unanswered() as nobody:
            done = self.delete("leo", "bob", where=nobody)
        self.assertEqual((done.status, [line[2] for line in done.lines]), (SOME_FAILED, ["failed"]))

    def test_a_connection_that_nobody_answers_ends_with_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            begin = time.monotonic()
            done = self.delete("mia", "bob", where=f"127.0.0.1:{deaf.getsockname()[1]}")
            self.assertLess(time.monotonic() - begin, 40)
        self.assertEqual((done.status, [line[2] for line in done.lines]), (SOME_FAILED, ["failed"]))

    def test_a_service_that_goes_away_ends_its_calls(self) -> None:
        arrived = threading.Event()
        with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(1) as other_thread:
            with Service(quota=100_000, directory=directory) as service:
                ordinary = service.api.handle

                def answer(request: Request) -> Answer:
                    done = ordinary(request)
                    arrived.set()
                    return done

                service.api.handle = answer  # type: ignore[method-assign]
                service.graph.befriend("fault.slow.60000.e", ["bob"])
                running = other_thread.submit(self.delete, "fault.slow.60000.e", "bob", service=service)
                self.assertTrue(arrived.wait(PATIENCE))
            begin = time.monotonic()
            done = running.result(PATIENCE)
            self.assertLess(time.monotonic() - begin, 40)
        self.assertEqual((done.status, [line[2] for line in done.lines]), (SOME_FAILED, ["unknown"]))


class OneCallEachWithBackup(OneCallEach):
    """Where the program takes `HOST,BACKUP`."""

    def test_a_host_that_cannot_be_reached_is_replaced_by_its_backup(self) -> None:
        friends = [f"friend{number}" for number in range(20)]
        self.befriend("nina", *friends)
        with unanswered() as nobody:
            done = self.delete("nina", *friends, where=f"{nobody},{self.service.authority}")
        self.assertEqual((done.status, done.outcomes), (DELETED, sorted((to, "deleted", "0") for to in friends)))
        self.assertEqual(len(self.calls("nina")), len(friends))


class unanswered:
    """The HOST:PORT of a port that is taken, so that nobody else listens there, and refuses connections."""

    def __enter__(self) -> str:
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{self._taken.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._taken.close()
