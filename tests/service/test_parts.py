"""The parts that need no network: the quota, the friend graph, the names of faults, the strict readers."""

from __future__ import annotations

import io
import os
import threading
import unittest
from dataclasses import replace
from typing import List

import faults
import http_reader
import query_string
import strict_json
from call_log import Call, CallLog
from faults import Fault, Faults, Unreadable
from friend_graph import EndlessList, FriendGraph, Outcome
from quota import Quota

_README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "README.md")


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class QuotaTest(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.quota = Quota(3, self.clock)

    def _admit_at(self, *times: float) -> List[bool]:
        admitted = []
        for time in times:
            self.clock.time = time
            admitted.append(self.quota.admit())
        return admitted

    def test_the_limit_is_admitted_at_once_and_one_more_is_not(self) -> None:
        self.assertEqual(self._admit_at(0, 0, 0, 0), [True, True, True, False])

    def test_room_returns_a_second_after_each_call(self) -> None:
        self.assertEqual(self._admit_at(0, 0.25, 0.5, 0.75, 1, 1, 1.25), [True, True, True, False, True, False, True])

    def test_the_window_slides_over_the_full_second(self) -> None:
        self.assertEqual(self._admit_at(0.75, 0.75, 0.75, 1.25, 1.5, 1.75), [True, True, True, False, False, True])

    def test_a_refused_call_takes_no_room(self) -> None:
        self._admit_at(0, 0, 0, 0.5, 0.5, 0.5)
        self.assertEqual(self._admit_at(1, 1, 1), [True, True, True])
        self.assertEqual(self.quota.refusals, 3)

    def test_the_busiest_second_counts_refused_calls_too(self) -> None:
        self._admit_at(0, 0.5, 1, 1.25, 1.25, 1.25, 9)
        self.assertEqual(self.quota.busiest_second(), 5)
        self.assertEqual(self.quota.arrivals, [0, 0.5, 1, 1.25, 1.25, 1.25, 9])

    def test_evenly_spaced_calls_at_the_limit_are_never_one_too_many(self) -> None:
        quota = Quota(4, self.clock)
        for index in range(400):
            self.clock.time = index / 4
            self.assertTrue(quota.admit())
        self.assertEqual(quota.busiest_second(), 4)

    def test_no_call_at_all_is_a_busiest_second_of_none(self) -> None:
        self.assertEqual(self.quota.busiest_second(), 0)

    def test_many_threads_share_it_exactly(self) -> None:
        quota, admitted = Quota(100, self.clock), []
        threads = [threading.Thread(target=lambda: admitted.extend(quota.admit() for _ in range(50))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((admitted.count(True), admitted.count(False)), (100, 300))

    def test_a_limit_of_none_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            Quota(0, self.clock)


class FriendGraphTest(unittest.TestCase):
    def setUp(self) -> None:
        self.graph = FriendGraph()
        self.graph.befriend("alice", ["bob", "carol"])

    def test_friendship_is_two_way_unless_told_otherwise(self) -> None:
        self.graph.befriend("alice", ["dave"], one_way=True)
        self.assertEqual(self.graph.friends("alice"), ["bob", "carol", "dave"])
        self.assertEqual((self.graph.friends("bob"), self.graph.friends("dave")), (["alice"], []))
        self.assertTrue(self.graph.exists("dave"))

    def test_a_one_way_deletion_leaves_the_other_list_alone(self) -> None:
        deletion = self.graph.delete("alice", ["bob"], both=False)
        self.assertEqual(deletion.pairs, [("alice", "bob")])
        self.assertFalse(self.graph.is_friend("alice", "bob"))
        self.assertTrue(self.graph.is_friend("bob", "alice"))

    def test_a_two_way_deletion_takes_each_off_the_others_list(self) -> None:
        deletion = self.graph.delete("alice", ["bob"], both=True)
        self.assertEqual(deletion.pairs, [("alice", "bob"), ("bob", "alice")])
        self.assertFalse(self.graph.is_friend("bob", "alice"))

    def test_each_account_has_its_own_outcome(self) -> None:
        self.graph.add_account("erin")
        deletion = self.graph.delete("alice", ["nobody", "bob", "erin", "bob"], both=False)
        self.assertEqual(deletion.outcomes, [Outcome.NO_SUCH_ACCOUNT, Outcome.DELETED, Outcome.NOT_A_FRIEND,
                                             Outcome.NOT_A_FRIEND])

    def test_deleting_all_empties_the_list(self) -> None:
        self.assertEqual(self.graph.delete_all("alice", both=True),
                         [("alice", "bob"), ("bob", "alice"), ("alice", "carol"), ("carol", "alice")])
        self.assertEqual(self.graph.friends("alice") + self.graph.friends("bob"), [])

    def test_an_unknown_account_has_nothing_to_delete_from(self) -> None:
        with self.assertRaises(KeyError):
            self.graph.delete("nobody", ["bob"], both=False)
        with self.assertRaises(KeyError):
            self.graph.delete_all("nobody", both=False)

    def test_where_everyone_is_friends_each_can_be_deleted_once(self) -> None:
        graph = FriendGraph(everyone_is_friends=True)
        self.assertTrue(graph.exists("anyone"))
        self.assertEqual(graph.delete("a", ["b", "b"], both=True).outcomes, [Outcome.DELETED, Outcome.NOT_A_FRIEND])
        self.assertEqual((graph.is_friend("b", "a"), graph.is_friend("b", "c")), (False, True))
        graph.befriend("a", ["b"], one_way=True)
        self.assertEqual((graph.is_friend("a", "b"), graph.is_friend("b", "a")), (True, False))
        with self.assertRaises(EndlessList):
            graph.delete_all("a", both=False)


class CallLogTest(unittest.TestCase):
    CALL = Call(1.0, 1, "POST", "/", "", b'{"From_Account":"alice"}', 200, 0)

    def test_calls_are_kept_in_order_until_cleared(self) -> None:
        log = CallLog()
        log.record(self.CALL)
        log.record(replace(self.CALL, connection=2, error_code=None))
        self.assertEqual([call.connection for call in log], [1, 2])
        self.assertEqual(len(log), 2)
        self.assertEqual(log.counts(), {"calls": 2, "connections": 2, "error_codes": {"0": 1, "none": 1}})
        log.clear()
        self.assertEqual((list(log), len(log), log.counts()["connections"]), ([], 0, 0))

    def test_without_keeping_calls_only_counts_remain(self) -> None:
        log = CallLog(keep=False)
        log.record(self.CALL)
        self.assertEqual((list(log), len(log)), ([], 1))


class FaultNames(unittest.TestCase):
    def test_a_call_fault_is_read_from_its_name(self) -> None:
        table = {
            "fault.http.502.a": Fault("http", 502, None),
            "fault.http.429*3.a": Fault("http", 429, 3),
            "fault.drop.a": Fault("drop", 0, None),
            "fault.drop_after*1.a.b": Fault("drop_after", 0, 1),
            "fault.slow.250.a": Fault("slow", 250, None),
            "fault.huge.a": Fault("huge", 16, None),
            "fault.huge.2*9.a": Fault("huge", 2, 9),
            "fault.code.70001*1.x": Fault("code", 70001, 1),
            "fault.drop.502": Fault("drop", 0, None),
            "faulty": None,
            "alice": None,
        }
        for name, expected in table.items():
            with self.subTest(name):
                self.assertEqual(faults.parse_call(name), expected)

    def test_an_item_fault_is_read_from_its_name(self) -> None:
        table = {"item.30006.a": Fault("item", 30006, None), "item.31707*2.a": Fault("item", 31707, 2), "items": None}
        for name, expected in table.items():
            with self.subTest(name):
                self.assertEqual(faults.parse_item(name), expected)

    def test_a_name_that_begins_like_a_fault_and_is_none_is_an_error(self) -> None:
        for name in ("fault.", "fault.drop", "fault.drop.", "fault.Drop.a", "fault.http.a", "fault.http.200.a",
                     "fault.http.204.a", "fault.http.600.a", "fault.drop.5.a", "fault.drop*0.a", "fault.drop*.a",
                     "fault.gone.a", "fault.code.0.a", "fault.code.2147483648.a", "fault.huge.257.a", "fault.slow.a"):
            with self.subTest(name), self.assertRaises(Unreadable):
                faults.parse_call(name)
        for name in ("item.", "item.30006", "item.0.a", "item.x.a", "item.1*0.a", "item.2147483648.a"):
            with self.subTest(name), self.assertRaises(Unreadable):
                faults.parse_item(name)

    def test_a_fault_with_times_happens_so_often_and_no_more(self) -> None:
        counting = Faults()
        self.assertEqual([counting.of_call("fault.drop*2.a") is not None for _ in range(4)], [True, True, False, False])
        self.assertIsNotNone(counting.of_call("fault.drop*2.b"))
        self.assertEqual([counting.of_call("fault.drop.a") is not None for _ in range(3)], [True] * 3)

    def test_an_item_fault_counts_apart_for_each_from_account(self) -> None:
        counting = Faults()
        happened = [counting.of_item(of, "item.30006*1.x") is not None for of in ("a", "a", "b", "b")]
        self.assertEqual(happened, [True, False, True, False])

    def test_the_readme_lists_every_kind(self) -> None:
        with open(_README, encoding="utf-8") as file:
            text = file.read()
        for name, kind in faults.KINDS.items():
            self.assertRegex(text, rf"\| `{name}[.`].*\| {kind.meaning}")


class StrictReaders(unittest.TestCase):
    def test_a_well_formed_query_is_decoded(self) -> None:
        self.assertEqual(query_string.parse("a=%3C%26%3f%3d%2B%25&b=*-_~&c="), {"a": "<&?=+%", "b": "*-_~", "c": ""})

    def test_a_query_that_receivers_may_read_differently_is_refused(self) -> None:
        for query in ("", "a", "a=1&", "&a=1", "=1", "a=1&a=1", "a=1&%61=1", "a=+", "a= ", "a=b=c", "a=%", "a=%4",
                      "a=%zz", "a=%FF", "a=#", "a=\"", "a=;", "a=\x7f", "a=é"):
            with self.subTest(query), self.assertRaises(ValueError):
                query_string.parse(query)

    def test_a_request_that_is_cut_short_is_none(self) -> None:
        whole = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n{ } "
        for size in (0, 3, 20, len(whole) - 1):
            with self.subTest(size):
                request = http_reader.read_request(io.BytesIO(whole[:size]), 1, self.fail)
                self.assertTrue(request is None or request.problem)
        request = http_reader.read_request(io.BytesIO(whole), 1, self.fail)
        assert request is not None
        self.assertEqual((request.problem, request.body, request.keep_alive), ("", b"{ } ", True))

    def test_what_is_not_one_strict_json_object_is_refused(self) -> None:
        for text in (b"", b" ", b"[]", b"1", b"null", b"{", b"{}x", b"{}{}", b"{'a':1}", b'{"a":1,}', b'{"a":1,"a":1}',
                     b'{"a":{"b":1,"b":1}}', b'{"a":NaN}', b'{"a":-Infinity}', b'\xef\xbb\xbf{}', b'{"a":"\xff"}',
                     b'{"a":"\xed\xa0\x80"}', b'{"a":"\x01"}', b'{"a":' + b"[" * 200_000):
            with self.subTest(text[:20]), self.assertRaises(ValueError):
                strict_json.parse_object(text)


if __name__ == "__main__":
    unittest.main()
