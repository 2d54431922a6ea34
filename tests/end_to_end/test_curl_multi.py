"""The program that has many calls in flight on one thread, by libcurl's multi interface."""

from __future__ import annotations

import threading
import unittest
from dataclasses import replace
from typing import Callable, List, Optional, Tuple

import one_call_each
from messages import Delivery
from one_call_each import BAD_INPUT, DELETED, IN_FLIGHT, Told, told
from support import Answer, Request, Service, program, run, scripted


class CurlMulti(one_call_each.OneCallEachWithBackup):
    def delete(self, of: str, *friends: str, service: Optional[Service] = None, where: str = "", cacert: str = "",
               **environment: str) -> Told:
        return self.delete_pairs([(of, friend) for friend in friends], IN_FLIGHT, service, where, cacert, **environment)

    def delete_pairs(self, pairs: List[Tuple[str, str]], in_flight: int, service: Optional[Service] = None,
                     where: str = "", cacert: str = "", **environment: str) -> Told:
        service = service or self.service
        command = [program("UNFRIEND_CURL_MULTI"), where or service.authority, cacert or service.cacert]
        given = "".join(f"{of}\t{friend}\n" for of, friend in pairs).encode()
        return told(*run([*command, str(in_flight)], {**service.environment, **environment}, given))

    def test_each_line_has_a_from_of_its_own(self) -> None:
        pairs = [(f"user{number}", "bob") for number in range(50)]
        for of, friend in pairs:
            self.befriend(of, friend)
        done = self.delete_pairs(pairs, 8)
        self.assertEqual((done.status, sorted(done.lines)), (DELETED, sorted((*pair, "deleted", "0") for pair in pairs)))

    def test_never_more_calls_are_in_flight_than_allowed_and_connections_are_used_again(self) -> None:
        lock = threading.Lock()
        present = [0, 0]  # calls at this moment, and the most there were
        together = threading.Barrier(4)
        connections = set()

        def answer(request: Request, ordinary: Callable[[Request], Answer]) -> Answer:
            with lock:
                connections.add(request.connection)
                present[0] += 1
                present[1] = max(present)
            together.wait(60)
            done = ordinary(request)
            with lock:
                present[0] -= 1
            return done

        friends = [f"friend{number}" for number in range(40)]
        with scripted(answer) as service:
            service.graph.befriend("ruth", friends)
            done = self.delete_pairs([("ruth", friend) for friend in friends], 4, service)
        self.assertEqual((done.status, present), (DELETED, [0, 4]))
        self.assertEqual(len(connections), 4)

    def test_a_kept_connection_that_closes_without_an_answer_is_an_answer_lost(self) -> None:
        """libcurl by itself would send the call a second time and keep silent about it."""
        seen: List[Request] = []

        def answer(request: Request, ordinary: Callable[[Request], Answer]) -> Answer:
            seen.append(request)
            done = ordinary(request)
            return replace(done, delivery=Delivery.NOTHING) if len(seen) == 2 else done

        with scripted(answer) as service:
            service.graph.befriend("sam", ["bob", "carol"])
            done = self.delete_pairs([("sam", "bob"), ("sam", "carol")], 1, service)
        self.assertEqual(done.outcomes, [("bob", "deleted", "0"), ("carol", "already_gone", "31704")])
        self.assertEqual([request.connection == 1 for request in seen], [True, True, False])

    def test_bad_usage_is_told_by_the_status(self) -> None:
        for in_flight in (0, -1, 1001):
            self.assertEqual(self.delete_pairs([("alice", "bob")], in_flight).status, BAD_INPUT)

    def test_a_file_of_authorities_that_cannot_be_read_fails_each_call(self) -> None:
        done = self.delete("alice", "bob", "carol", cacert="/nonexistent.pem")
        self.assertEqual([line[2] for line in done.lines], ["failed", "failed"])

    def test_no_lines_are_no_calls(self) -> None:
        self.assertEqual(self.delete_pairs([], 4), Told(DELETED, [], "", ""))


if __name__ == "__main__":
    unittest.main()
