"""Faults over HTTPS: a service that acts and loses track, stalls, throttles, and closes connections."""

from __future__ import annotations

import email.utils
import errno
import http.client
import ssl
import threading
import unittest
from typing import Any, Callable, List, Optional

import codes
from caller import Caller, Reply
from faults import KINDS
from friend_graph import Pair
from options import Options
from service import Service

NOW = 1700000000.25
LIMIT = 20  # seconds, for what should come at once
LOST = (http.client.RemoteDisconnected, ssl.SSLEOFError, ConnectionResetError)
LOST_OR_CUT = LOST + (http.client.IncompleteRead,)


class BadWeather(unittest.TestCase):
    """One service for each test. Nothing in it takes time: what should is kept in `slept`."""

    def setUp(self) -> None:
        self.slept: List[float] = []
        self.posted: List[List[Pair]] = []
        self.service = self.serve(sleep=self.slept.append)
        self.caller = self.call()

    def serve(self, **how: Any) -> Service:
        service = Service(quota=100_000, now=lambda: NOW, after_deletion=self.posted.append, **how)
        service.__enter__()
        self.addCleanup(service.__exit__)
        return service

    def call(self, service: Optional[Service] = None, host: int = 0) -> Caller:
        caller = Caller(service or self.service, NOW, host)
        self.addCleanup(caller.close)
        return caller

    def befriend(self, of: str, *friends: str) -> str:
        self.service.graph.befriend(of, friends or ["bob"])
        return of

    def send(self, of: str, *accounts: str) -> Reply:
        return self.caller.send({"From_Account": of, "To_Account": list(accounts) or ["bob"]})

    def deletions(self, of: str, account: str = "bob") -> List[int]:
        """The numbers of the requests that deleted the account."""
        return [deletion.request for deletion in self.service.record[(of, account)].deletions]


class LosingTrack(BadWeather):
    def test_the_service_acts_and_answers_that_it_lost_track(self) -> None:
        for code in codes.LOST_TRACK:
            with self.subTest(code):
                of = self.befriend(f"fault.code_after.{code}*1.a")
                answer = self.caller.delete(of, ["bob"])
                self.assertEqual((answer["ActionStatus"], answer["ErrorCode"], "ResultItem" in answer),
                                 ("FAIL", code, False))
                self.assertFalse(self.service.graph.is_friend(of, "bob"))
                self.assertEqual(self.caller.codes(of, ["bob"]), [31704])

    def test_or_with_the_same_answer_it_has_not_acted(self) -> None:
        for code in codes.LOST_TRACK:
            with self.subTest(code):
                of = self.befriend(f"fault.code.{code}*1.a")
                self.assertEqual(self.caller.delete(of, ["bob"])["ErrorCode"], code)
                self.assertTrue(self.service.graph.is_friend(of, "bob"))
                self.assertEqual(self.caller.codes(of, ["bob"]), [0])

    def test_or_it_has_done_half_of_the_call(self) -> None:
        of = self.befriend("fault.code_half.60008*1.a", "a", "b", "c")
        self.assertEqual(self.caller.delete(of, ["a", "b", "c"])["ErrorCode"], 60008)
        self.assertEqual(self.caller.codes(of, ["a", "b", "c"]), [31704, 31704, 0])

    def test_single_accounts_are_deleted_and_get_the_code_all_the_same(self) -> None:
        accounts = ["item_after.30006*1.a", "bob", "item.30006*1.b", "item_after.30007.c"]
        self.befriend("items", *accounts)
        self.assertEqual(self.caller.codes("items", accounts), [30006, 0, 30006, 30007])
        self.assertEqual(self.service.graph.friends("items"), ["item.30006*1.b"])
        self.assertEqual(self.caller.codes("items", accounts), [31704, 31704, 0, 30007])

    def test_a_status_of_http_comes_after_the_call_was_done_or_was_not(self) -> None:
        for status in (408, 425, 500, 502, 503, 504):
            for kind, acts in (("http", False), ("http_after", True)):
                with self.subTest(kind, status=status):
                    of = self.befriend(f"fault.{kind}.{status}.a")
                    self.assertEqual(self.send(of).status, status)
                    self.assertEqual(self.service.graph.is_friend(of, "bob"), not acts)

    def test_of_the_accounts_that_fail_those_of_the_other_half_do_not_matter(self) -> None:
        for item, left in (("item.30008", ["a", "b"]), ("item_after.30008", ["b"])):
            self.service.weather.clear()
            self.service.weather.add(item)
            of = self.befriend("fault.code_half.60008.b", "a", "b")
            self.assertEqual(self.caller.delete(of, ["a", "b"])["ErrorCode"], 60008)
            self.assertEqual(self.service.graph.friends(of), left)

    def test_what_a_name_asks_for_goes_before_the_weather(self) -> None:
        self.service.weather.add("code.31707")
        self.service.weather.add("item.31707", of="items")
        self.assertEqual(self.caller.delete(self.befriend("fault.code.30006*1.n"), ["bob"])["ErrorCode"], 30006)
        self.assertEqual(self.caller.delete("fault.code.30006*1.n", ["bob"])["ErrorCode"], 31707)
        self.service.weather.clear()
        self.service.weather.add("item.31707")
        self.assertEqual(self.caller.codes(self.befriend("items", "item.1.x", "bob"), ["item.1.x", "bob"]), [1, 31707])

    def test_friend_delete_all_can_lose_track_too(self) -> None:
        of = self.befriend("fault.code_after.60014.a", "a", "b")
        self.assertEqual(self.caller.delete_all(of)["ErrorCode"], 60014)
        self.assertEqual(self.service.graph.friends(of), [])

    def test_what_is_done_is_posted_to_the_webhook_whatever_the_answer(self) -> None:
        for of in ("fault.code_after.30006.a", "fault.http_after.500.a", "fault.code_half.30006.a"):
            self.send(self.befriend(of))
        self.assertEqual(self.posted, [[("fault.code_after.30006.a", "bob")],
                         [("fault.http_after.500.a", "bob")], [("fault.code_half.30006.a", "bob")]])

    def test_every_kind_acts_as_it_says(self) -> None:
        arguments = {"http": 500, "http_after": 500}
        for name, kind in KINDS.items():
            if name in ("stall", "stall_after"):
                continue  # their answer never comes
            with self.subTest(name):
                argument = "" if kind.smallest is None else f".{arguments.get(name, 1)}"
                of = self.befriend(f"fault.{name}{argument}.k")
                self.caller = self.call()
                try:
                    self.send(of)
                except LOST_OR_CUT:
                    pass
                self.assertEqual(self.service.graph.is_friend(of, "bob"), not kind.acts)


class Connections(BadWeather):
    def test_a_connection_is_reset_before_or_after_the_call_is_done(self) -> None:
        for kind, acts in (("reset", False), ("reset_after", True)):
            with self.subTest(kind):
                of = self.befriend(f"fault.{kind}.a")
                self.caller = self.call()
                self.caller.begin({"From_Account": of, "To_Account": ["bob"]})
                self.assertEqual(self.caller.tcp_error(), errno.ECONNRESET)
                self.assertEqual(self.service.graph.is_friend(of, "bob"), not acts)

    def test_a_connection_closes_while_it_is_idle_though_it_was_to_be_kept(self) -> None:
        of = self.befriend("fault.close.a")
        reply = self.send(of)
        self.assertEqual((reply.json["ErrorCode"], reply.headers["Connection"]), (0, "keep-alive"))
        self.assertEqual(self.caller.rest(), b"")

    def test_a_request_on_a_connection_that_was_kept_can_be_read_and_dropped(self) -> None:
        self.service.weather.add("drop", kept=1, times=1)
        self.befriend("kept", "a", "b", "c")
        self.assertEqual(self.caller.codes("kept", ["a"]), [0])
        with self.assertRaises(LOST):
            self.send("kept", "b")
        self.assertEqual(self.caller.codes("kept", ["b"]), [0])
        self.assertEqual(self.caller.codes("kept", ["c"]), [0])
        self.assertEqual([(call.connection, call.position, call.status) for call in self.service.calls.of("kept")],
                         [(1, 1, 200), (1, 2, None), (2, 1, 200), (2, 2, 200)])
        self.assertEqual(self.deletions("kept", "b"), [3])

    def test_a_client_that_sends_a_call_again_by_itself_is_seen(self) -> None:
        """As an HTTP stack does that finds its kept connection dead."""
        self.service.weather.add("drop_after", kept=1, times=1)
        self.befriend("again", "a", "b")
        self.send("again", "a")
        with self.assertRaises(LOST):
            self.send("again", "b")
        self.assertEqual(self.caller.codes("again", ["b"]), [31704])
        self.assertEqual(self.service.record[("again", "b")].asked, 2)
        self.assertEqual(self.deletions("again", "b"), [2])


class Stalling(BadWeather):
    def stalled(self, of: str, before: Optional[str] = None) -> Caller:
        """A caller whose call has arrived and has no answer; its connection may have carried another one before."""
        caller = self.call()
        if before is not None:
            caller.delete(before, ["bob"])
        handled = threading.Event()
        ordinary = self.service.calls.answer
        self.service.calls.answer = lambda *of_call: (ordinary(*of_call), handled.set())  # type: ignore
        caller.begin({"From_Account": of, "To_Account": ["bob"]})
        self.assertTrue(handled.wait(LIMIT))
        self.service.calls.answer = ordinary  # type: ignore[method-assign]
        return caller

    def test_the_connection_stays_open_and_no_answer_comes(self) -> None:
        for kind, acts in (("stall", False), ("stall_after", True)):
            with self.subTest(kind):
                of = self.befriend(f"fault.{kind}.a")
                caller = self.stalled(of)
                self.assertEqual(self.call().codes(self.befriend("others", kind), [kind]), [0])
                self.assertEqual(self.service.in_progress.now, 1)
                self.assertEqual(self.service.graph.is_friend(of, "bob"), not acts)
                self.service.hosts[0].become("refusing")
                self.assertEqual(caller.rest(), b"")
                self.service.hosts[0].become("up")

    def test_a_call_ends_when_its_client_leaves(self) -> None:
        for of in ("fault.stall.b", "fault.slow.600000.b"):
            with self.subTest(of):
                self.service = self.serve()  # whose sleep is real
                self.stalled(self.befriend(of), before="other").close()
                self.assertTrue(self.service.in_progress.wait_for_none(LIMIT))

    def test_an_answer_can_come_late_though_the_call_was_done_at_once(self) -> None:
        self.assertEqual(self.send(self.befriend("fault.slow.60000.a")).json["ErrorCode"], 0)
        self.assertEqual(self.slept, [60.0])

    def test_a_call_can_be_done_late_though_its_client_has_left(self) -> None:
        arrived, go_on = threading.Event(), threading.Event()

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            arrived.set()
            go_on.wait(LIMIT)

        self.service = self.serve(sleep=sleep)
        of = self.befriend("fault.late.5000.a")
        caller = self.call()
        caller.begin({"From_Account": of, "To_Account": ["bob"]})
        self.assertTrue(arrived.wait(LIMIT))
        caller.close()
        self.assertTrue(self.service.graph.is_friend(of, "bob"))
        go_on.set()
        self.assertTrue(self.service.in_progress.wait_for_none(LIMIT))
        self.assertFalse(self.service.graph.is_friend(of, "bob"))
        self.assertEqual(self.slept, [5.0])

    def test_an_answer_can_drip(self) -> None:
        reply = self.send(self.befriend("fault.drip.20.a"))
        self.assertEqual(reply.json["ErrorCode"], 0)
        self.assertEqual(set(self.slept), {0.02})
        self.assertGreater(len(self.slept), len(reply.body))


class Throttling(BadWeather):
    def test_calls_beyond_a_throttle_are_refused_with_any_of_its_codes(self) -> None:
        for code in codes.THROTTLED:
            with self.subTest(code):
                self.service.quota.clear_throttles()
                self.service.quota.throttle(0, f"code.{code}")
                self.befriend("throttled")
                self.assertEqual(self.caller.delete("throttled", ["bob"])["ErrorCode"], code)
                self.assertTrue(self.service.graph.is_friend("throttled", "bob"))
        self.assertEqual(self.service.record.export(), [])

    def test_a_gateway_says_when_to_come_again(self) -> None:
        for status in (429, 503):
            with self.subTest(status):
                self.service.quota.throttle(0, f"retry_{status}.7")
                reply = self.send(self.befriend("anyone"))
                self.assertEqual((reply.status, reply.headers["Retry-After"]), (status, "7"))

    def test_or_until_when_to_stay_away(self) -> None:
        for status in (429, 503):
            reply = self.send(self.befriend(f"fault.retry_{status}_date.7.a"))
            self.assertEqual(reply.status, status)
            until = email.utils.parsedate_to_datetime(reply.headers["Retry-After"]).timestamp()
            self.assertEqual(until, 1700000008)  # no sooner than 7 seconds from NOW

    def test_a_throttle_lets_its_number_through_and_ends(self) -> None:
        seconds = [100.0]
        service = self.serve(clock=lambda: seconds[0], everyone_is_friends=True)
        service.quota.throttle(1, "http.429", seconds=2.0)
        caller = self.call(service)
        statuses = []
        for seconds[0] in (100.0, 100.5, 101.0, 101.5, 102.0, 102.0):
            statuses.append(caller.send({"From_Account": "a", "To_Account": ["b"]}).status)
        self.assertEqual(statuses, [200, 429, 200, 429, 200, 200])


class SecurityPolicy(BadWeather):
    def test_it_objects_to_calls_from_some_call_on(self) -> None:
        self.service.weather.add("code.31707", after=2)
        self.befriend("eager", *"abcd")
        self.assertEqual([self.caller.delete("eager", [name])["ErrorCode"] for name in "abcd"], [0, 0, 31707, 31707])
        self.assertEqual(self.service.graph.friends("eager"), ["c", "d"])

    def test_it_objects_to_accounts_for_ever_or_for_a_while(self) -> None:
        self.service.weather.add("item.31707", times=1)
        self.service.weather.add("item.31707", to="carol")
        self.befriend("eager", "bob", "carol")
        self.assertEqual([self.caller.codes("eager", ["bob", "carol"]) for _ in range(2)], [[31707, 31707], [0, 31707]])

    def test_one_account_may_answer_30006_for_ever(self) -> None:
        self.service.weather.add("item.30006", to="carol")
        self.befriend("one", "bob", "carol")
        self.assertEqual([self.caller.codes("one", ["bob", "carol"]) for _ in range(2)], [[0, 30006], [31704, 30006]])


class WriteConflicts(BadWeather):
    def setUp(self) -> None:
        super().setUp()
        self.go_on = threading.Event()
        self.addCleanup(self.go_on.set)
        self.service = self.serve(sleep=lambda _: self.go_on.wait(LIMIT), options=Options(write_conflicts=True))
        self.caller = self.call()

    def overlap(self) -> Callable[[], List[int]]:
        """Begins a call for `same` that lasts until the function returned is called, which answers its codes."""
        self.service.weather.add("slow.1000", to="slow")
        self.befriend("same", "slow", "quick")
        self.befriend("other", "quick")
        done = threading.Event()
        self.service.api.after_deletion = lambda _: done.set()
        answers: List[List[int]] = []
        slow = threading.Thread(target=lambda: answers.append(self.call().codes("same", ["slow"])))
        slow.start()
        self.assertTrue(done.wait(LIMIT))

        def end() -> List[int]:
            self.go_on.set()
            slow.join(LIMIT)
            return answers[0]

        return end

    def test_of_two_calls_of_one_from_account_that_overlap_the_second_is_refused(self) -> None:
        end = self.overlap()
        self.assertEqual(self.caller.delete("same", ["quick"])["ErrorCode"], 30008)
        self.assertEqual(self.caller.codes("other", ["quick"]), [0])
        self.assertTrue(self.service.graph.is_friend("same", "quick"))
        self.assertEqual(end(), [0])
        self.assertEqual(self.caller.codes("same", ["quick"]), [0])
        self.assertEqual(self.service.in_progress.side_by_side, 1)

    def test_without_conflicts_it_is_only_counted(self) -> None:
        self.service.options.write_conflicts = False
        end = self.overlap()
        self.assertEqual(self.caller.codes("same", ["quick"]), [0])
        self.assertEqual(end(), [0])
        self.assertEqual((self.service.in_progress.side_by_side, self.service.in_progress.most), (1, 2))

    def test_calls_one_after_the_other_never_conflict(self) -> None:
        callers = [self.caller, self.call()]
        names = [str(number) for number in range(200)]
        self.befriend("tidy", *names)
        answered = [callers[number % 2].delete("tidy", [name])["ErrorCode"] for number, name in enumerate(names)]
        self.assertEqual(set(answered), {0})
        self.assertEqual((self.service.in_progress.side_by_side, self.service.in_progress.most), (0, 1))


class Choices(BadWeather):
    def test_a_stranger_may_be_30001_as_the_frequently_asked_questions_say(self) -> None:
        self.service.options.not_a_friend = 30001
        self.service.graph.add_account("stranger")
        self.befriend("alice")
        (item,) = self.caller.delete("alice", ["stranger"])["ResultItem"]
        self.assertEqual((item["ResultCode"], item["ResultInfo"]), (30001, "the account is not a friend"))

    def test_every_answer_may_have_a_request_id(self) -> None:
        self.service.options.request_ids = True
        self.befriend("alice")
        answers = [self.caller.delete("alice", ["bob"]), self.caller.delete("nobody", ["bob"])]
        self.assertEqual([answer["RequestId"] for answer in answers], ["stand-in-1", "stand-in-2"])

    def test_the_network_may_take_its_time_both_ways(self) -> None:
        self.service.options.change(one_way_delay=0.01)
        self.send(self.befriend("alice"))
        self.assertEqual(self.slept, [0.01, 0.01])
        self.service.options.change(jitter=0.03)
        for _ in range(20):
            self.send("alice")
        self.assertEqual(len(set(self.slept[2:])), 40)
        self.assertTrue(all(0.01 <= seconds <= 0.04 for seconds in self.slept))

    def test_an_option_that_there_is_not_or_cannot_be_so_is_refused(self) -> None:
        for changes in ({"gone": 1}, {"write_conflicts": 1}, {"not_a_friend": "30001"}, {"jitter": -1.0},
                        {"pretty": True, "jitter": "1"}):
            with self.subTest(**changes), self.assertRaises(ValueError):
                self.service.options.change(**changes)
        self.assertEqual(self.service.options, Options())


class Truth(BadWeather):
    def test_what_happened_to_each_pair_is_recorded(self) -> None:
        seconds = [5.0]
        self.service = self.serve(clock=lambda: seconds[0])
        self.caller = self.call()
        self.befriend("fault.drop_after*1.t")
        self.service.graph.add_account("stranger")
        with self.assertRaises(LOST):
            self.send("fault.drop_after*1.t", "bob", "stranger")
        seconds[0] = 6.0
        self.send("fault.drop_after*1.t", "bob", "stranger")
        bob, stranger = (self.service.record[("fault.drop_after*1.t", name)] for name in ("bob", "stranger"))
        self.assertEqual((bob.asked, bob.deletions), (2, ((5.0, 1),)))
        self.assertEqual((stranger.asked, stranger.deletions), (2, ()))

    def test_so_are_both_directions_and_each_of_several_deletions(self) -> None:
        for delete_type in ("Delete_Type_Both", "Delete_Type_Single"):
            self.befriend("twice")
            self.caller.delete("twice", ["bob"], delete_type)
        self.assertEqual((self.deletions("twice"), self.deletions("bob", "twice")), ([1, 2], [1]))

    def test_friend_delete_all_is_recorded_and_makes_no_webhook(self) -> None:
        self.befriend("all", "bob", "carol")
        self.caller.delete_all("all")
        self.assertEqual((self.deletions("all"), self.deletions("all", "carol")), ([1], [1]))
        self.assertEqual(self.posted, [])


class Control(BadWeather):
    def ask(self, method: str, path: str, body: Any = b"", query: str = "") -> Any:
        reply = self.caller.send(body, method=method, path="/control/" + path, query=query)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json

    def test_weather_and_throttles_are_made_and_cleared(self) -> None:
        self.ask("POST", "weather", {"fault": "code.31707", "of": "alice", "after": 1})
        self.befriend("alice", "a", "b", "c", "d")
        self.assertEqual([self.caller.delete("alice", [name])["ErrorCode"] for name in "ab"], [0, 31707])
        self.ask("POST", "throttle", {"limit": 0, "answer": "code.60007", "begin": 0, "seconds": 3600})
        self.assertEqual(self.caller.delete("alice", ["b"])["ErrorCode"], 60007)
        self.ask("POST", "clear", {})
        self.assertEqual(self.caller.delete("alice", ["b"])["ErrorCode"], 0)

    def test_options_are_changed_and_listed(self) -> None:
        self.assertEqual(self.ask("POST", "options", {"write_conflicts": True, "jitter": 0.5})["write_conflicts"], True)
        self.assertEqual(self.service.options, Options(write_conflicts=True, jitter=0.5))

    def test_requests_and_the_truth_are_exported(self) -> None:
        self.befriend("alice")
        self.befriend("ann")
        self.send("alice")
        self.send("ann")
        self.assertEqual([call["from"] for call in self.ask("GET", "requests")["requests"]], ["alice", "ann"])
        (call,) = self.ask("GET", "requests", query="of=ann")["requests"]
        self.assertEqual((call["number"], call["connection"], call["accounts"], call["error_code"]), (2, 1, 1, 0))
        (pair,) = self.ask("GET", "record", query="of=ann")["pairs"]
        self.assertEqual((pair["from"], pair["to"], pair["asked"]), ("ann", "bob", 1))
        self.assertEqual([deletion["request"] for deletion in pair["deletions"]], [2])
        self.assertEqual(len(self.ask("GET", "record")["pairs"]), 2)

    def test_ten_thousand_pairs_are_exported_at_once(self) -> None:
        for number in range(10):
            accounts = [f"u{index}" for index in range(1000)]
            self.caller.codes(self.befriend(f"from{number}", *accounts), accounts)
        pairs = self.ask("GET", "record")["pairs"]
        self.assertEqual(len(pairs), 10_000)
        self.assertTrue(all(len(pair["deletions"]) == 1 for pair in pairs))

    def test_mistakes_are_http_400_and_say_so(self) -> None:
        for method, path, body, query in (
                ("POST", "weather", {}, ""), ("POST", "weather", {"fault": "gone"}, ""),
                ("POST", "weather", {"fault": "drop", "fro": "alice"}, ""), ("POST", "throttle", {}, ""),
                ("POST", "throttle", {"limit": 1, "answer": "code_after.1"}, ""),
                ("POST", "throttle", {"limit": 1, "gone": 1}, ""), ("POST", "clear", {"all": True}, ""),
                ("POST", "options", {"gone": 1}, ""), ("GET", "calls", b"", "of=a"), ("GET", "record", b"", "for=a"),
                ("GET", "friends", b"", ""), ("POST", "host", {"host": 0, "state": "refusing"}, ""),
                ("POST", "host", {"host": 1, "state": "up"}, ""), ("POST", "host", {"host": 0, "state": "gone"}, "")):
            with self.subTest(path=path, body=body):
                reply = self.caller.send(body, method=method, path="/control/" + path, query=query)
                self.assertEqual((reply.status, list(reply.json)), (400, ["error"]))


if __name__ == "__main__":
    unittest.main()
