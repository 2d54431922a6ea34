"""The parts that need no network: the quota, the friend graph, the strict readers."""

from __future__ import annotations

import io
import threading
import unittest
from typing import List, Optional

import http_reader
import query_string
import strict_json
from faults import Fault
from friend_graph import EndlessList, FriendGraph, Outcome
from quota import Quota


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
            admitted.append(self.quota.refusal() is None)
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
            self.assertIsNone(quota.refusal())
        self.assertEqual(quota.busiest_second(), 4)

    def test_no_call_at_all_is_a_busiest_second_of_none(self) -> None:
        self.assertEqual(self.quota.busiest_second(), 0)

    def test_many_threads_share_it_exactly(self) -> None:
        quota, admitted = Quota(100, self.clock), []
        threads = [threading.Thread(target=lambda: admitted.extend(quota.refusal() is None for _ in range(50)))
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((admitted.count(True), admitted.count(False)), (100, 300))

    def test_a_limit_of_none_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            Quota(0, self.clock)

    def test_the_limit_can_be_changed_at_any_time(self) -> None:
        self._admit_at(0, 0, 0)
        self.quota.limit = 4
        self.assertEqual(self._admit_at(0.5, 0.5), [True, False])


class Throttling(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.quota = Quota(3, self.clock)

    def _refusals_at(self, *times: float) -> List[Optional[Fault]]:
        refusals = []
        for time in times:
            self.clock.time = time
            refusals.append(self.quota.refusal())
        return refusals

    def test_a_throttle_lowers_the_limit_for_its_time_and_says_how_to_refuse(self) -> None:
        self.quota.throttle(1, "code.60007", begin=2, seconds=1)
        busy = Fault("code", 60007)
        self.assertEqual(self._refusals_at(0, 0, 0, 0), [None, None, None, Fault("code", 60011)])
        self.assertEqual(self._refusals_at(2, 2, 2.75), [None, busy, busy])
        self.assertEqual(self._refusals_at(3, 3, 3, 3)[:3], [None] * 3)

    def test_what_was_let_through_before_a_throttle_counts_in_its_first_second(self) -> None:
        self._refusals_at(0, 0)
        self.clock.time = 0.5
        self.quota.throttle(2)
        self.assertEqual([refusal is None for refusal in self._refusals_at(0.5, 0.75, 1, 1, 1)],
                         [False, False, True, True, False])

    def test_a_refused_call_takes_no_room(self) -> None:
        self.quota.throttle(1)
        self._refusals_at(0, 0.25, 0.5, 0.75)
        self.assertEqual(self._refusals_at(1), [None])
        self.assertEqual(self.quota.refusals, 3)

    def test_a_throttle_may_let_nothing_through_and_have_no_end(self) -> None:
        self.quota.throttle(0, "retry_503.7")
        self.assertEqual(self._refusals_at(0, 1000), [Fault("retry_503", 7)] * 2)

    def test_the_one_added_last_holds_and_all_can_be_ended(self) -> None:
        self.quota.throttle(0, "http.429")
        self.quota.throttle(1, "code.60018")
        self.assertEqual(self._refusals_at(0, 0), [None, Fault("code", 60018)])
        self.quota.clear_throttles()
        self.assertEqual(self._refusals_at(0, 0), [None, None])

    def test_a_throttle_that_makes_no_sense_is_refused(self) -> None:
        for limit, answer, times in (
                (-1, "http.429", {}), (1, "code_after.60011", {}), (1, "item.60011", {}), (1, "60011", {}),
                (1, "http.429", {"begin": -1.0}), (1, "http.429", {"seconds": -1.0})):
            with self.subTest(answer, limit=limit, **times), self.assertRaises(ValueError):
                self.quota.throttle(limit, answer, **times)


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
