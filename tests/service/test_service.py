"""What the service does, over HTTPS: deletions, faults, the quota, connections, control, the command line.

Run as a program, this runs every test of the directory.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from typing import Any, Dict, List, Tuple
from urllib.request import urlopen

from caller import Caller, Reply
from command import FRIEND_DELETE
from friend_graph import Pair
from service import Service
from this_machine import needs_localhost

NOW = 1700000000.0
_HERE = os.path.dirname(os.path.abspath(__file__))
_SAMPLES = os.path.join(_HERE, "..", "data", "samples")
LOST = (http.client.RemoteDisconnected, ssl.SSLEOFError, ConnectionResetError)


def _sample(name: str) -> Any:
    with open(os.path.join(_SAMPLES, name), encoding="utf-8") as file:
        return json.load(file)


class OverHttps(unittest.TestCase):
    """One service for all; each test has accounts and a connection of its own."""

    service: Service

    @classmethod
    def setUpClass(cls) -> None:
        cls.told: List[List[Pair]] = []
        cls.service = Service(quota=100_000, now=lambda: NOW, after_deletion=cls.told.append)
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.graph = cls.service.graph

    def setUp(self) -> None:
        self.told.clear()
        self.caller = Caller(self.service, NOW)
        self.addCleanup(self.caller.close)


class Deletions(OverHttps):
    def test_the_documents_own_requests_get_the_documents_own_answer(self) -> None:
        for name in ("friend_delete_request_single.json", "friend_delete_request_both.json"):
            with self.subTest(name):
                self.graph.befriend("id", ["id1", "id2", "id3"])
                reply = self.caller.send(_sample(name))
                expected = json.dumps(_sample("friend_delete_response.json"), separators=(",", ":"))
                self.assertEqual(reply.body.decode(), expected)
                self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "application/json"))

    def test_by_default_and_by_name_a_deletion_is_one_way(self) -> None:
        for of, delete_type in (("one.a", None), ("one.b", "Delete_Type_Single")):
            with self.subTest(delete_type):
                self.graph.befriend(of, ["bob"])
                self.assertEqual(self.caller.codes(of, ["bob"], delete_type), [0])
                self.assertEqual((self.graph.is_friend(of, "bob"), self.graph.is_friend("bob", of)), (False, True))
                self.assertEqual(self.told[-1], [(of, "bob")])

    def test_a_two_way_deletion_parts_both(self) -> None:
        self.graph.befriend("two", ["bob"])
        self.assertEqual(self.caller.codes("two", ["bob"], "Delete_Type_Both"), [0])
        self.assertEqual((self.graph.is_friend("two", "bob"), self.graph.is_friend("bob", "two")), (False, False))
        self.assertEqual(self.told, [[("two", "bob"), ("bob", "two")]])

    def test_each_account_gets_its_own_result_in_the_order_asked(self) -> None:
        self.graph.befriend("mixed", ["bob"])
        self.graph.add_account("stranger")
        items = self.caller.delete("mixed", ["nobody", "bob", "stranger", "bob"])["ResultItem"]
        self.assertEqual([(item["To_Account"], item["ResultCode"]) for item in items],
                         [("nobody", 30003), ("bob", 0), ("stranger", 31704), ("bob", 31704)])
        self.assertEqual([item["ResultInfo"] == "" for item in items], [False, True, False, False])

    def test_a_call_in_which_accounts_fail_has_succeeded_and_nobody_is_told(self) -> None:
        self.graph.add_account("lonely")
        answer = self.caller.delete("lonely", ["nobody"])
        self.assertEqual((answer["ActionStatus"], answer["ErrorCode"]), ("OK", 0))
        self.assertEqual(self.told, [])

    def test_a_thousand_awkward_accounts_in_one_call(self) -> None:
        accounts = [('"\\/<&?=+%# ~' + str(index)).ljust(32, "!") for index in range(1000)]
        self.graph.befriend("popular", accounts)
        self.assertEqual(self.caller.codes("popular", accounts), [0] * 1000)
        self.assertEqual(self.graph.friends("popular"), [])

    def test_deleting_all_answers_four_fields_and_empties_the_list(self) -> None:
        for of, delete_type, left in (("all.a", None, True), ("all.b", "Delete_Type_Both", False)):
            with self.subTest(delete_type):
                self.graph.befriend(of, ["bob", "carol"])
                self.assertEqual(list(self.caller.delete_all(of, delete_type).items()),
                                 [("ActionStatus", "OK"), ("ErrorCode", 0), ("ErrorInfo", "0"), ("ErrorDisplay", "")])
                self.assertEqual((self.graph.friends(of), self.graph.is_friend("bob", of)), ([], left))


class Faulty(OverHttps):
    def _send(self, of: str) -> Reply:
        return self.caller.send({"From_Account": of, "To_Account": ["bob"]})

    def _befriended(self, of: str) -> str:
        self.graph.befriend(of, ["bob"])
        return of

    def test_answers_that_are_not_the_services_delete_nothing(self) -> None:
        table: Dict[str, Tuple[int, str, bytes]] = {
            "fault.http.502.a": (502, "text/html", b"<!DOCTYPE html>"),
            "fault.http.429.a": (429, "text/html", b"<!DOCTYPE html>"),
            "fault.redirect.a": (307, "text/html", b"<!DOCTYPE html>"),
            "fault.html.a": (200, "text/html", b"<!DOCTYPE html>"),
            "fault.empty.a": (200, "application/json", b""),
        }
        for of, (status, kind, start) in table.items():
            with self.subTest(of):
                reply = self._send(self._befriended(of))
                self.assertEqual((reply.status, reply.headers["Content-Type"]), (status, kind))
                self.assertEqual(reply.body[:len(b"<!DOCTYPE html>")], start)
                self.assertEqual(reply.headers.get("Location"), "/redirected" if "redirect" in of else None)
                self.assertTrue(self.graph.is_friend(of, "bob"))

    def test_any_error_code_is_answered_on_request(self) -> None:
        for code in (30006, 60008, 70001, 99999):
            with self.subTest(code):
                of = self._befriended(f"fault.code.{code}.a")
                answer = self.caller.delete(of, ["bob"])
                self.assertEqual((answer["ErrorCode"], answer["ActionStatus"], "ResultItem" in answer),
                                 (code, "FAIL", False))
                self.assertTrue(self.graph.is_friend(of, "bob"))

    def test_a_dropped_call_is_not_done_and_a_lost_answer_is(self) -> None:
        for of, done in (("fault.drop.a", False), ("fault.drop_after.a", True), ("fault.drop.b", False)):
            with self.subTest(of):
                self._befriended(of)
                with self.assertRaises(LOST):
                    self._send(of)
                self.assertEqual(self.graph.is_friend(of, "bob"), not done)

    def test_a_truncated_answer_promises_more_than_it_holds(self) -> None:
        of = self._befriended("fault.truncate.a")
        with self.assertRaises((http.client.IncompleteRead,) + LOST):
            self._send(of)
        self.assertFalse(self.graph.is_friend(of, "bob"))

    def test_truncated_json_comes_in_whole_http(self) -> None:
        of = self._befriended("fault.truncate_json.a")
        reply = self._send(of)
        self.assertEqual(len(reply.body), int(reply.headers["Content-Length"]))
        self.assertTrue(reply.body.startswith(b'{"ResultItem":[{'))
        with self.assertRaises(ValueError):
            json.loads(reply.body)
        self.assertFalse(self.graph.is_friend(of, "bob"))

    def test_a_huge_answer_is_as_large_as_asked_and_valid(self) -> None:
        reply = self._send(self._befriended("fault.huge.3.a"))
        self.assertEqual(len(reply.json["ErrorInfo"]), 3 * 1024 * 1024)
        self.assertEqual(reply.json["ErrorCode"], 0)

    def test_a_pretty_answer_says_the_same(self) -> None:
        reply = self._send(self._befriended("fault.pretty.a"))
        self.assertIn(b'{\n    "ResultItem": [\n', reply.body)
        self.assertEqual(reply.json, self.caller.delete(self._befriended("plain"), ["bob"]))

    def test_a_slow_answer_is_done_at_once_and_comes_late(self) -> None:
        of = self._befriended("fault.slow.30.a")
        before = time.monotonic()
        self.assertEqual(self._send(of).json["ErrorCode"], 0)
        self.assertGreaterEqual(time.monotonic() - before, 0.03)

    def test_after_its_times_a_call_is_ordinary(self) -> None:
        of = self._befriended("fault.http.503*2.a")
        self.assertEqual([self._send(of).status for _ in range(3)], [503, 503, 200])
        self.assertFalse(self.graph.is_friend(of, "bob"))

    def test_an_account_can_fail_alone_and_after_its_times_be_deleted(self) -> None:
        accounts = ["item.31707.x", "bob", "item.30006*1.x"]
        self.graph.befriend("items", accounts)
        self.assertEqual(self.caller.codes("items", accounts), [31707, 0, 30006])
        self.assertEqual(self.graph.friends("items"), ["item.30006*1.x", "item.31707.x"])
        self.assertEqual(self.caller.codes("items", accounts), [31707, 31704, 0])

    def test_friend_delete_all_fails_on_request_too(self) -> None:
        self.assertEqual(self.caller.delete_all(self._befriended("fault.code.30007.a"))["ErrorCode"], 30007)


class Log(OverHttps):
    def test_calls_on_one_connection_are_seen_to_be(self) -> None:
        self.graph.befriend("logged", ["bob"])
        for _ in range(3):
            self.caller.delete("logged", ["bob"], "Delete_Type_Both")
        other = Caller(self.service, NOW)
        other.delete("logged", ["bob"])
        other.close()
        calls = self.service.calls.of("logged")
        self.assertEqual(len(calls), 4)
        self.assertEqual([call.connection == calls[0].connection for call in calls], [True, True, True, False])
        self.assertEqual((calls[0].method, calls[0].path, calls[0].status, calls[0].error_code),
                         ("POST", FRIEND_DELETE, 200, 0))
        self.assertEqual(calls[0].parameters, self.caller.parameters)
        self.assertEqual(calls[0].json["DeleteType"], "Delete_Type_Both")
        self.assertEqual(self.service.calls.of("nobody"), [])

    def test_refused_and_lost_calls_are_logged_too(self) -> None:
        with self.assertRaises(LOST):
            self.caller.delete("fault.drop.log", ["bob"])
        self.caller.delete("missing", ["bob"])
        self.assertEqual([call.error_code for call in self.service.calls.of("fault.drop.log")], [None])
        self.assertEqual([call.error_code for call in self.service.calls.of("missing")], [30003])


class Control(OverHttps):
    def _ask(self, method: str, path: str, body: Any = b"", query: str = "") -> Tuple[int, Any]:
        reply = self.caller.send(body, method=method, path="/control/" + path, query=query)
        return reply.status, reply.json

    def test_friends_are_made_and_listed(self) -> None:
        self.assertEqual(self._ask("POST", "befriend", {"of": "c", "friends": ["d", "e"]})[0], 200)
        self.assertEqual(self._ask("POST", "befriend", {"of": "c", "friends": ["f"], "one_way": True})[0], 200)
        self.assertEqual(self._ask("GET", "friends", query="of=c"),
                         (200, {"of": "c", "exists": True, "friends": ["d", "e", "f"]}))
        self.assertEqual(self._ask("GET", "friends", query="of=f")[1]["friends"], [])
        self.assertEqual(self._ask("GET", "friends", query="of=nobody")[1]["exists"], False)

    def test_mistakes_are_http_400_and_say_so(self) -> None:
        for method, path, body, query in (("POST", "befriend", {"of": "c"}, ""), ("POST", "befriend", b"x", ""),
                                          ("POST", "befriend", {"of": "c", "friends": [], "x": 1}, ""),
                                          ("GET", "befriend", b"", ""), ("GET", "friends", b"", "who=c"),
                                          ("GET", "nothing", b"", "")):
            with self.subTest(method=method, path=path, body=body):
                status, answer = self._ask(method, path, body, query)
                self.assertEqual((status, list(answer)), (400, ["error"]))


class QuotaOverHttps(unittest.TestCase):
    def test_a_call_over_the_quota_is_refused_with_nothing_done_until_the_window_has_passed(self) -> None:
        seconds = [100.0]
        with Service(quota=2, now=lambda: NOW, clock=lambda: seconds[0]) as service:
            service.graph.befriend("alice", ["a", "b", "c"])
            caller = Caller(service, NOW)
            self.assertEqual([caller.delete("alice", [name])["ErrorCode"] for name in "abc"], [0, 0, 60011])
            self.assertEqual(service.graph.friends("alice"), ["c"])
            seconds[0] = 101.0
            self.assertEqual(caller.delete("alice", ["c"])["ErrorCode"], 0)
            counts = caller.send(b"", method="GET", path="/control/calls", query="").json
            caller.close()
        self.assertEqual(counts, {"calls": 4, "connections": 1, "error_codes": {"0": 3, "60011": 1}, "over_quota": 1,
                                  "busiest_second": 3, "most_at_once": 1, "side_by_side": 0})


class Stopping(unittest.TestCase):
    def test_a_slow_answer_and_an_idle_connection_do_not_hold_it_up(self) -> None:
        done = threading.Event()
        outcome: List[BaseException] = []
        with Service(now=lambda: NOW, after_deletion=lambda _: done.set()) as service:
            service.graph.befriend("fault.slow.600000.a", ["bob"])
            service.graph.befriend("alice", ["bob"])
            idle, slow = Caller(service, NOW), Caller(service, NOW)
            idle.delete("alice", ["nobody"])

            def call() -> None:
                try:
                    slow.delete("fault.slow.600000.a", ["bob"])
                except BaseException as error:
                    outcome.append(error)

            thread = threading.Thread(target=call)
            thread.start()
            self.assertTrue(done.wait(20))
        thread.join(20)
        self.assertIsInstance(outcome[0], LOST)
        names = [thread.name for thread in threading.enumerate()]
        self.assertEqual([name for name in names if name in ("accept", "connection")], [])
        self.assertFalse(os.path.exists(service.cacert))
        idle.close()


class CommandLine(unittest.TestCase):
    def _start(self, *arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen([sys.executable, os.path.join(_HERE, "service.py"), "--lifetime", "30", *arguments],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def _address(self, process: "subprocess.Popen[str]") -> Tuple[int, str]:
        assert process.stdout is not None
        lines = [process.stdout.readline().split(" ", 1) for _ in range(2)]
        self.assertEqual([line[0] for line in lines], ["listening", "cacert"])
        return int(lines[0][1]), lines[1][1].rstrip("\n")

    def test_it_serves_what_it_was_told_and_ends_with_its_standard_input(self) -> None:
        process = self._start("--befriend", "alice:bob,carol", "--until-stdin-closes")
        port, cacert = self._address(process)
        context = ssl.create_default_context(cafile=cacert)
        with urlopen(f"https://127.0.0.1:{port}/control/friends?of=alice", context=context) as answer:
            self.assertEqual(json.load(answer)["friends"], ["bob", "carol"])
        process.communicate(timeout=20)
        self.assertEqual(process.returncode, 0)

    @needs_localhost
    def test_its_certificate_names_localhost_too(self) -> None:
        port, cacert = self._address(self._start())
        with urlopen(f"https://localhost:{port}/control/friends?of=alice",
                     context=ssl.create_default_context(cafile=cacert)) as answer:
            self.assertEqual(json.load(answer)["friends"], [])

    def test_sigterm_and_the_end_of_its_lifetime_end_it(self) -> None:
        process = self._start()
        self._address(process)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)
        self.assertEqual(self._start("--lifetime", "0").wait(20), 0)

    def test_friends_come_from_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "friends")
            with open(path, "w", encoding="ascii") as file:
                file.write("alice\tbob\nalice\tcarol, of old: hers\n")
            process = self._start("--friends", path, "--directory", directory)
            port, cacert = self._address(process)
            self.assertEqual(os.path.dirname(cacert), directory)
            with urlopen(f"https://127.0.0.1:{port}/control/friends?of=alice",
                         context=ssl.create_default_context(cafile=cacert)) as answer:
                self.assertEqual(json.load(answer)["friends"], ["bob", "carol, of old: hers"])
            process.terminate()
            self.assertEqual(process.wait(20), 0)

    def test_friends_that_cannot_be_read_are_an_error(self) -> None:
        for arguments in (("--befriend", "alice"), ("--friends", os.path.join(_HERE, "no-such-file"))):
            with self.subTest(arguments):
                process = self._start(*arguments)
                _, error = process.communicate(timeout=20)
                self.assertEqual(process.returncode, 2)
                self.assertIn(arguments[1].split("/")[-1], error)


if __name__ == "__main__":
    unittest.main(module=None, argv=[sys.argv[0], "discover", "-s", _HERE, "-t", _HERE, *sys.argv[1:]])
