"""What the transports make of an attempt: nothing was sent before there is a connection, and one attempt is one request.

Each program is told of two hosts where it takes them. The service's record, not the program, says what happened.
"""

from __future__ import annotations

import os
import socket
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List, Tuple

from one_call_each import told
from support import Answer, EndToEnd, Request, Service, program, run

Outcomes = Dict[str, Tuple[str, str]]  # of each TO: the outcome, and the code or the error
Handler = Callable[[Request], Answer]
Delete = Callable[[Service, List[str], List[Tuple[str, str]]], Outcomes]


def by_command(service: Service, where: List[str], pairs: List[Tuple[str, str]]) -> Outcomes:
    """libcurl's easy interface."""
    hosts = ["--endpoint", f"https://{where[0]}"]
    for backup in where[1:]:
        hosts += ["--backup-endpoint", f"https://{backup}"]
    given = "".join(f"{of}\t{to}\n" for of, to in pairs).encode()
    done = run([program("UNFRIEND_EXAMPLE"), *hosts, "--cacert", service.cacert, "--json", "--concurrency", "1",
                "--bulk", "-"],
               service.environment, given)
    return {line["to_account"]: (line["outcome"], str(line["result_code"])) for line in done.json}


def by_curl_multi(service: Service, where: List[str], pairs: List[Tuple[str, str]]) -> Outcomes:
    given = "".join(f"{of}\t{to}\n" for of, to in pairs).encode()
    done = told(*run([program("UNFRIEND_CURL_MULTI"), ",".join(where), service.cacert, "1"], service.environment, given))
    return {to: (outcome, said) for _, to, outcome, said in done.lines}


def by_asio(service: Service, where: List[str], pairs: List[Tuple[str, str]]) -> Outcomes:
    of = pairs[0][0]
    command = [program("UNFRIEND_ASIO_COROUTINE"), ",".join(where), service.cacert, of, *(to for _, to in pairs)]
    return {to: (outcome, said) for _, to, outcome, said in told(*run(command, service.environment)).lines}


def by_game_loop(service: Service, where: List[str], pairs: List[Tuple[str, str]]) -> Outcomes:
    of = pairs[0][0]
    command = [program("UNFRIEND_GAME_LOOP"), where[0], service.cacert, of, *(to for _, to in pairs)]
    return {to: (outcome, said) for _, to, outcome, said in told(*run(command, service.environment)).lines}


# The build leaves the Asio example out, and says so, where the compiler has no coroutines that Asio can use.
WITH_ASIO = (by_asio,) if "UNFRIEND_ASIO_COROUTINE" in os.environ else ()
WITH_CURL = (by_command, by_curl_multi)
WITH_BACKUP = (*WITH_CURL, *WITH_ASIO)
ALL = (*WITH_BACKUP, by_game_loop)


@contextmanager
def silent() -> Iterator[str]:
    """The HOST:PORT of a server that takes connections and never says a word, not even of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


class Attempts(EndToEnd):
    def assert_one_attempt_is_one_request(self, service: Service) -> None:
        """Each attempt has a random number of its own, so a request that a transport repeats shows."""
        repeated = Counter(call.parameters["random"] for call in service.calls)
        self.assertEqual({number: times for number, times in repeated.items() if times != 1}, {})

    def test_a_stranger_is_not_credited_to_an_attempt_that_found_no_connection(self) -> None:
        for delete in WITH_BACKUP:
            with self.subTest(delete.__name__), Service() as service, silent() as nobody:
                service.graph.befriend("alice", ["bob"])
                service.graph.add_account("stranger")
                begin = time.monotonic()
                outcomes = delete(service, [nobody, service.authority], [("alice", "bob"), ("alice", "stranger")])
                self.assertEqual(outcomes, {"bob": ("deleted", "0"), "stranger": ("failed", "31704")})
                self.assertLess(time.monotonic() - begin, 15)  # seconds: far from the 10 s of each attempt

    def test_a_host_that_never_answers_a_connection_fails_the_call_and_leaves_nothing_unknown(self) -> None:
        def outcome(delete: Delete, state: str) -> str:
            with Service(hosts=1) as service:
                service.graph.befriend("alice", ["bob"])
                service.hosts[0].become(state)
                told_outcome, _ = delete(service, [service.authority], [("alice", "bob")])["bob"]
                self.assertEqual((service.graph.friends("alice"), len(service.calls)), (["bob"], 0))
                return told_outcome

        cases = [(delete, state) for delete in ALL for state in ("unreachable", "no_handshake", "refusing")]
        with ThreadPoolExecutor(len(cases)) as together:
            outcomes = together.map(lambda case: outcome(*case), cases)
        self.assertEqual([(*case, said) for case, said in zip(cases, outcomes)], [(*case, "failed") for case in cases])

    def test_a_kept_connection_that_closes_without_an_answer_is_not_used_for_a_second_request(self) -> None:
        for delete in WITH_CURL:
            with self.subTest(delete.__name__), Service(quota=100_000) as service:
                pairs = [(f"user{number}", f"friend{number}") for number in range(3)]
                for of, to in pairs:
                    service.graph.befriend(of, [to])
                service.weather.add("drop_after", kept=1, times=1)
                outcomes = delete(service, [service.authority], pairs)
                self.assertEqual(Counter(outcome for outcome, _ in outcomes.values()),
                                 Counter({"deleted": 2, "already_gone": 1}))
                self.assertEqual(len(service.calls), 4)
                self.assert_one_attempt_is_one_request(service)

    def test_a_host_that_goes_away_with_a_request_on_a_kept_connection_leaves_the_answer_lost(self) -> None:
        """libcurl connects again by itself, is refused, and reports no more than that."""
        for delete in WITH_CURL:
            with self.subTest(delete.__name__), Service(quota=100_000, hosts=2) as service:
                ordinary = service.api.handle

                def answer(request: Request, service: Service = service, ordinary: Handler = ordinary) -> Answer:
                    done = ordinary(request)
                    if request.host == 0 and request.position == 2:
                        service.hosts[0].become("refusing")
                    return done

                service.api.handle = answer  # type: ignore[method-assign]
                pairs = [(f"user{number}", f"friend{number}") for number in range(4)]
                for of, to in pairs:
                    service.graph.befriend(of, [to])
                outcomes = delete(service, [host.authority for host in service.hosts], pairs)
                self.assertEqual([outcome for outcome, _ in outcomes.values()],
                                 ["deleted", "already_gone", "deleted", "deleted"])
                self.assert_one_attempt_is_one_request(service)
                # And the handle is as good as new: no attempt at the backup fails.
                self.assertEqual(len(service.calls), len(pairs) + 1)

    def test_a_connection_that_closes_or_is_reset_is_an_answer_lost_and_one_attempt(self) -> None:
        for delete in ALL:
            for fault in ("drop_after", "reset_after", "drop", "reset"):
                with self.subTest(delete.__name__, fault=fault), Service(quota=100_000) as service:
                    service.graph.befriend("alice", ["bob"])
                    service.weather.add(fault, times=1)
                    outcomes = delete(service, [service.authority], [("alice", "bob")])
                    is_done = fault.endswith("_after")
                    self.assertEqual(outcomes["bob"], ("already_gone", "31704") if is_done else ("deleted", "0"))
                    self.assertEqual(len(service.calls), 2)
                    self.assert_one_attempt_is_one_request(service)

    def test_the_shortest_transport_makes_one_request_an_attempt_too(self) -> None:
        with Service(quota=100_000) as service:
            service.graph.befriend("alice", ["bob"])
            service.weather.add("drop_after", times=1)
            command = [program("UNFRIEND_CUSTOM_TRANSPORT"), service.authority, service.cacert, "alice", "bob"]
            self.assertEqual(run(command, service.environment).status, 0)  # already gone
            self.assertEqual(len(service.calls), 2)
            self.assert_one_attempt_is_one_request(service)

    def test_the_shortest_transport_fails_a_connection_that_nobody_answers(self) -> None:
        with Service() as service, silent() as nobody:
            service.graph.befriend("alice", ["bob"])
            command = [program("UNFRIEND_CUSTOM_TRANSPORT"), nobody, service.cacert, "alice", "bob"]
            begin = time.monotonic()
            done = run(command, service.environment)
            self.assertLess(time.monotonic() - begin, 30)
        self.assertIn("not connected", done.err)


if __name__ == "__main__":
    unittest.main()
