"""What the service keeps of what happened: the log of calls, the calls under way, the truth about each pair."""

from __future__ import annotations

import json
import threading
import unittest

from call_log import CallLog
from deletion_record import Deletion, DeletionRecord, Entry
from in_progress import InProgress
from messages import Answer, Delivery, Request

BODY = b'{"From_Account":"alice","To_Account":["bob","carol"]}'
REQUEST = Request("POST", "/v4/sns/friend_delete?random=1", body=BODY, connection=7, position=2, host=1)


class Log(unittest.TestCase):
    def test_a_call_stands_in_the_log_from_its_arrival_on(self) -> None:
        log = CallLog()
        self.assertEqual(log.arrive(REQUEST, 1.5), 1)
        (call,) = log
        self.assertEqual((call.number, call.time, call.host, call.connection, call.position), (1, 1.5, 1, 7, 2))
        self.assertEqual((call.method, call.path, call.query), ("POST", "/v4/sns/friend_delete", "random=1"))
        self.assertEqual((call.status, call.error_code), (None, None))

    def test_its_answer_is_added(self) -> None:
        log = CallLog()
        first, second = log.arrive(REQUEST, 1), log.arrive(REQUEST, 2)
        log.answer(second, Answer(b"", error_code=31707))
        log.answer(first, Answer(b"", status=502))
        self.assertEqual([(call.status, call.error_code) for call in log], [(502, None), (200, 31707)])

    def test_where_nothing_is_sent_there_is_no_status(self) -> None:
        for delivery in (Delivery.NOTHING, Delivery.RESET, Delivery.SILENCE):
            log = CallLog()
            log.answer(log.arrive(REQUEST, 1), Answer(b"", delivery=delivery, error_code=0))
            (call,) = log
            self.assertEqual((call.status, call.error_code), (None, None))
            self.assertEqual(log.counts()["error_codes"], {"none": 1})

    def test_it_counts_calls_connections_and_codes_until_it_is_cleared(self) -> None:
        log = CallLog()
        for connection, code in ((1, 0), (2, None)):
            log.answer(log.arrive(Request(connection=connection), 1), Answer(b"", error_code=code))
        late = log.arrive(REQUEST, 1)
        self.assertEqual(log.counts(), {"calls": 3, "connections": 3, "error_codes": {"0": 1, "none": 1}})
        log.clear()
        log.answer(late, Answer(b"", error_code=0))
        self.assertEqual((list(log), len(log)), ([], 0))
        self.assertEqual(log.counts(), {"calls": 0, "connections": 0, "error_codes": {}})
        log.answer(log.arrive(REQUEST, 2), Answer(b"", error_code=0))
        self.assertEqual([(call.number, call.error_code) for call in log], [(4, 0)])

    def test_without_keeping_calls_only_counts_remain(self) -> None:
        log = CallLog(keep=False)
        log.answer(log.arrive(REQUEST, 1), Answer(b"", error_code=0))
        self.assertEqual((list(log), len(log), log.counts()["error_codes"]), ([], 1, {"0": 1}))

    def test_it_can_be_exported_whole_or_for_one_from_account(self) -> None:
        log = CallLog()
        log.answer(log.arrive(REQUEST, 1.5), Answer(b"", error_code=0))
        log.arrive(Request("GET", "/"), 2)
        exported = json.loads(json.dumps(log.export()))
        self.assertEqual(exported[0], {
            "number": 1, "time": 1.5, "host": 1, "connection": 7, "position": 2, "method": "POST",
            "path": "/v4/sns/friend_delete", "from": "alice", "accounts": 2, "status": 200, "error_code": 0})
        self.assertEqual((exported[1]["from"], exported[1]["accounts"], exported[1]["status"]), (None, None, None))
        self.assertEqual([call["number"] for call in log.export("alice")], [1])


class UnderWay(unittest.TestCase):
    def test_calls_of_one_from_account_side_by_side_are_noticed(self) -> None:
        in_progress = InProgress()
        first, end_first = in_progress.begin("alice")
        other, end_other = in_progress.begin("bob")
        second, end_second = in_progress.begin("alice")
        end_first()
        third, end_third = in_progress.begin("alice")
        for end in (end_second, end_third, end_other):
            end()
        fourth, _ = in_progress.begin("alice")
        self.assertEqual([first, other, second, third, fourth], [False, False, True, True, False])
        self.assertEqual((in_progress.side_by_side, in_progress.most, in_progress.now), (2, 3, 1))

    def test_their_end_can_be_waited_for(self) -> None:
        in_progress = InProgress()
        _, end = in_progress.begin("alice")
        self.assertFalse(in_progress.wait_for_none(0))
        ending = threading.Thread(target=end)
        ending.start()
        self.assertTrue(in_progress.wait_for_none(20))
        ending.join()


class Truth(unittest.TestCase):
    def setUp(self) -> None:
        self.record = DeletionRecord()

    def test_a_pair_has_how_often_it_was_asked_for_and_each_deletion(self) -> None:
        self.record.ask("alice", ["bob", "carol"])
        self.record.ask("alice", ["bob"])
        self.record.delete([("alice", "bob"), ("bob", "alice")], Deletion(2.5, 17))
        self.assertEqual(self.record[("alice", "bob")], Entry(2, (Deletion(2.5, 17),)))
        self.assertEqual(self.record[("alice", "carol")], Entry(1, ()))
        self.assertEqual(self.record[("bob", "alice")], Entry(0, (Deletion(2.5, 17),)))
        self.assertEqual(self.record[("nobody", "knows")], Entry())

    def test_a_request_that_names_an_account_twice_asks_once(self) -> None:
        self.record.ask("alice", ["bob", "bob"])
        self.assertEqual(self.record[("alice", "bob")].asked, 1)

    def test_it_can_be_walked_exported_and_cleared(self) -> None:
        self.record.ask("alice", ["bob"])
        self.record.ask("ann", ["ben"])
        self.record.delete([("ann", "ben")], Deletion(0.5, 2))
        self.assertEqual(dict(self.record), {("alice", "bob"): Entry(1), ("ann", "ben"): Entry(1, (Deletion(0.5, 2),))})
        self.assertEqual(json.loads(json.dumps(self.record.export("ann"))),
                         [{"from": "ann", "to": "ben", "asked": 1, "deletions": [{"time": 0.5, "request": 2}]}])
        self.assertEqual(len(self.record.export()), 2)
        self.record.clear()
        self.assertEqual(self.record.export(), [])

    def test_it_keeps_nothing_where_it_is_not_to(self) -> None:
        record = DeletionRecord(keep=False)
        record.ask("alice", ["bob"])
        record.delete([("alice", "bob")], Deletion(1, 1))
        self.assertEqual(record.export(), [])


if __name__ == "__main__":
    unittest.main()
