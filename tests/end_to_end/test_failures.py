"""What becomes of a call that goes wrong: tried again while that can help, reported in full, never taken for done."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import threading
import time
import unittest
from dataclasses import replace
from typing import Any, Dict, Optional

from support import ACCOUNT_FAILED, OK, REFUSED, TRANSPORT, Answer, EndToEnd, Request, run, scripted

from messages import Delivery


def _answer(**members: Any) -> Answer:
    ordinary: Dict[str, Any] = {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "ErrorDisplay": ""}
    return Answer(json.dumps({**ordinary, **members}, ensure_ascii=False).encode())


class Faults(EndToEnd):
    def befriend(self, of: str, *friends: str) -> str:
        self.graph.befriend(of, friends)
        return of

    def assert_ends(self, status: int, of: str, *arguments: str, attempts: int, said: str, outcome: str = "failed",
                    code: Optional[int] = None) -> None:
        """One account, `pal`, is asked for and not deleted as far as is known."""
        done = self.unfriend("--json", *arguments, of, "pal")
        self.assertEqual(done.status, status, done.err)
        self.assertEqual([(line["to_account"], line["result_code"], line["outcome"]) for line in done.json],
                         [("pal", code, outcome)])
        self.assertIn(said, done.err)
        self.assertIn(said, done.json[0]["result_info"])
        self.assertEqual(len(self.calls(of)), attempts)

    def test_what_fails_for_good_ends_in_status_3(self) -> None:
        failed, unknown = "failed", "unknown"
        for of, attempts, outcome, said in (
                ("fault.http.502.a", 2, unknown, "status 502"), ("fault.http.429.a", 2, failed, "status 429"),
                ("fault.http.404.a", 1, failed, "status 404"), ("fault.http.201.a", 1, unknown, "status 201"),
                ("fault.drop.a", 2, unknown, "Server returned nothing"),
                ("fault.truncate.a", 2, unknown, "Transferred a partial file"),
                ("fault.truncate_json.a", 2, unknown, "cut short"),
                ("fault.html.a", 2, unknown, "markup page"), ("fault.empty.a", 2, unknown, "the body is empty"),
                ("fault.huge.a", 1, unknown, "larger than the receive buffer"),
                ("fault.redirect.a", 1, failed, "status 307")):
            with self.subTest(of):
                self.befriend(of, "pal")
                self.assert_ends(TRANSPORT, of, "--retries", "1", attempts=attempts, outcome=outcome, said=said)

    def test_a_redirect_is_not_followed(self) -> None:
        self.befriend("fault.redirect.b", "pal")
        before = len(self.service.calls)
        self.assertEqual(self.unfriend("fault.redirect.b", "pal").status, TRANSPORT)
        self.assertEqual([call.path for call in self.service.calls][before:], ["/v4/sns/friend_delete"])

    def test_what_passes_is_tried_again_until_it_has(self) -> None:
        for of in ("fault.http.503*2.c", "fault.http.429*1.c", "fault.drop*2.c", "fault.html*1.c", "fault.empty*1.c",
                   "fault.code.30006*1.c", "fault.code.60008*2.c", "fault.code.60011*1.c", "fault.code.70001*1.c"):
            with self.subTest(of):
                self.befriend(of, "pal")
                done = self.unfriend("--json", of, "pal")
                self.assertEqual((done.status, done.outcomes), (OK, {"pal": "deleted"}), done.err)
                self.assertEqual(self.graph.friends(of), [])

    def test_no_attempt_goes_earlier_than_the_answer_asks_for(self) -> None:
        for of in ("fault.retry_429.1*1.w", "fault.retry_503_date.1*1.w"):
            with self.subTest(of):
                self.befriend(of, "pal")
                self.assertEqual(self.unfriend("--json", of, "pal").outcomes, {"pal": "deleted"})
                first, second = self.service.calls.of(of)
                self.assertGreaterEqual(second.time - first.time, 0.999)

    def test_a_call_does_not_wait_beyond_its_time_for_what_the_answer_asks_for(self) -> None:
        of = self.befriend("fault.retry_503.3600.w", "pal")
        self.assert_ends(TRANSPORT, of, "--timeout", "600", attempts=1, outcome="unknown", said="status 503")

    def test_after_a_lost_answer_an_account_that_is_gone_counts_as_done(self) -> None:
        for of in ("fault.drop_after*1.d", "fault.truncate*1.d", "fault.truncate_json*1.d", "fault.http_after.504*1.d",
                   "fault.code_after.60013*1.d", "fault.code_after.30006*1.d"):
            with self.subTest(of):
                self.befriend(of, "pal")
                done = self.unfriend("--json", of, "pal")
                self.assertEqual((done.status, done.outcomes), (OK, {"pal": "already_gone"}), done.err)
                self.assertEqual(len(self.calls(of)), 2)

    def test_text_says_that_an_answer_was_lost(self) -> None:
        self.befriend("fault.drop_after*1.e", "pal")
        done = self.unfriend("fault.drop_after*1.e", "pal")
        self.assertIn("already gone  pal: the answer to an earlier attempt was lost\n", done.out)

    def test_a_refusal_before_it_does_not_make_an_account_that_is_gone_count_as_done(self) -> None:
        for of in ("fault.http.429*1.f", "fault.code.60011*1.f"):
            with self.subTest(of):
                self.graph.add_account(of)
                self.graph.add_account("pal")
                done = self.unfriend("--json", of, "pal")
                self.assertEqual((done.status, done.outcomes), (ACCOUNT_FAILED, {"pal": "failed"}))
                self.assertEqual(done.json[0]["result_code"], 31704)
                self.assertEqual(len(self.calls(of)), 2)

    def test_a_refused_call_ends_in_status_4_with_code_and_meaning(self) -> None:
        for code, meaning in ((30001, "fix the request"), (30004, "permission of an app admin"),
                              (31707, "security policy"), (60020, "paid package"), (70050, "wait a minute"),
                              (12345, "undocumented code")):
            of = f"fault.code.{code}.g"
            with self.subTest(of):
                self.befriend(of, "pal")
                self.assert_ends(REFUSED, of, attempts=1, code=code, said=f"the service refused the call: {code}, ")
                self.assertIn(meaning, self.unfriend(of, "pal").err)

    def test_a_refusal_of_the_call_is_told_once_in_the_text_of_its_accounts(self) -> None:
        of = self.befriend("fault.code.60020.t", "pal")
        done = self.unfriend(of, "pal")
        (line,) = [line for line in done.out.splitlines() if line.startswith("failed ")]
        for once in ("60020", "the service refused the call", "is missing or in arrears"):
            self.assertEqual(line.count(once), 1, line)

    def test_a_refusal_that_does_not_pass_is_tried_as_often_as_allowed(self) -> None:
        for retries in (0, 1, 3):
            of = f"fault.code.60019.h{retries}"
            with self.subTest(of):
                self.befriend(of, "pal")
                self.assert_ends(REFUSED, of, "--retries", str(retries), attempts=retries + 1, code=60019,
                                 said="60019")

    def test_white_space_in_an_answer_is_no_fault(self) -> None:
        self.assertEqual(self.unfriend(self.befriend("fault.pretty.i", "pal"), "pal").status, OK)


class FailingAccounts(EndToEnd):
    def test_only_those_that_may_succeed_are_sent_again(self) -> None:
        friends = ["pal", "item.30008*1.once", "item.30003.never", "item.30006*2.twice", "item.31707.policy"]
        self.graph.befriend("some", friends)
        done = self.unfriend("--json", "some", *friends)
        self.assertEqual(done.status, ACCOUNT_FAILED)
        self.assertEqual([(line["to_account"], line["result_code"], line["outcome"]) for line in done.json], [
            ("pal", 0, "deleted"), ("item.30008*1.once", 0, "deleted"), ("item.30003.never", 30003, "failed"),
            ("item.30006*2.twice", 0, "deleted"), ("item.31707.policy", 31707, "failed")])
        self.assertEqual([call["To_Account"] for call in self.calls("some")],
                         [friends, ["item.30008*1.once", "item.30006*2.twice"], ["item.30006*2.twice"]])

    def test_one_that_never_succeeds_fails_with_the_services_last_word(self) -> None:
        self.graph.befriend("never", ["pal", "item.30006.never"])
        done = self.unfriend("--json", "--retries", "1", "never", "item.30006.never", "pal")
        self.assertEqual(done.status, ACCOUNT_FAILED)
        self.assertEqual([(line["result_code"], line["outcome"]) for line in done.json],
                         [(30006, "unknown"), (0, "deleted")])
        self.assertEqual(len(self.calls("never")), 2)

    def test_retries_of_one_call_do_not_use_up_those_of_the_next(self) -> None:
        first = [f"p{number}" for number in range(999)]
        friends = ["item.30008*2.first", *first, "item.30008*2.second"]
        self.graph.befriend("both.calls", friends)
        done = self.unfriend("both.calls", *friends)
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual([len(call["To_Account"]) for call in self.calls("both.calls")], [1000, 1, 1, 1, 1, 1])


class OddAnswers(EndToEnd):
    def test_of_an_account_that_no_answer_mentions_nothing_is_known(self) -> None:
        def answer(request: Request, _: Any) -> Answer:
            return _answer(ResultItem=[{"To_Account": "bob", "ResultCode": 0, "ResultInfo": ""},
                                       {"To_Account": "uninvited", "ResultCode": 0, "ResultInfo": ""}])

        with scripted(answer) as service:
            done = self.unfriend("--json", "alice", "bob", "carol", service=service)
            self.assertEqual(done.status, ACCOUNT_FAILED)
            self.assertEqual(done.outcomes, {"bob": "deleted", "carol": "unknown"})
            self.assertIsNone(done.json[1]["result_code"])
            self.assertIn("does not mention", done.json[1]["result_info"])

    def test_an_answer_that_says_nothing_is_not_a_success(self) -> None:
        for body in (b"{}", b'{"ResultItem":[{"To_Account":"bob","ResultCode":0}]}', b'{"ActionStatus":"OK"}',
                     b'{"ActionStatus":"FAIL","ErrorCode":0}'):
            with self.subTest(body), scripted(lambda request, _, body=body: Answer(body)) as service:
                done = self.unfriend("--json", "alice", "bob", service=service)
                self.assertEqual((done.status, done.outcomes), (TRANSPORT, {"bob": "unknown"}))
                self.assertIn("does not say that the call succeeded", done.err)

    def test_of_an_item_without_a_code_nothing_is_known(self) -> None:
        with scripted(lambda request, _: _answer(ResultItem=[{"To_Account": "bob"}])) as service:
            done = self.unfriend("--json", "alice", "bob", service=service)
            self.assertEqual((done.status, done.outcomes), (ACCOUNT_FAILED, {"bob": "unknown"}))

    def test_the_services_text_arrives_whole_in_json_and_harmless_in_text(self) -> None:
        info = 'nö "friend"\\ 朋友 😀 \x1b[31m\n\x85\x00'
        item = {"To_Account": "bob", "ResultCode": 30003, "ResultInfo": info}
        with scripted(lambda request, _: _answer(ResultItem=[item])) as service:
            self.assertEqual(self.unfriend("--json", "alice", "bob", service=service).json[0]["result_info"], info)
            shown = self.unfriend("alice", "bob", service=service).out
            self.assertIn('nö "friend"\\ 朋友 😀 \\x1b[31m\\x0a\\x85\\x00', shown)
            self.assertNotIn("\x1b", shown)
        with scripted(lambda request, _: _answer(ActionStatus="FAIL", ErrorCode=30001, ErrorInfo=info)) as service:
            self.assertNotIn("\x1b", self.unfriend("alice", "bob", service=service).err)

    def test_a_kept_connection_that_closes_without_an_answer_is_an_answer_lost(self) -> None:
        """libcurl by itself would send the call a second time and keep silent about it."""
        seen = []

        def answer(request: Request, ordinary: Any) -> Answer:
            seen.append(request)
            done = ordinary(request)
            return replace(done, delivery=Delivery.NOTHING) if len(seen) == 2 else done

        friends = [f"f{number}" for number in range(1001)]
        with scripted(answer) as service:
            service.graph.befriend("alice", friends)
            given = "\n".join(friends).encode()
            done = self.unfriend("--json", "--to-file", "-", "alice", given=given, service=service)
            self.assertEqual(done.status, OK, done.err)
            self.assertEqual(done.json[-1]["outcome"], "already_gone")
            self.assertEqual([request.connection == 1 for request in seen], [True, True, False])

    def test_an_answer_that_does_not_fit_is_abandoned_at_once(self) -> None:
        """This one promises a gigabyte and stops after a megabyte: whoever wants the rest waits."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.service.cacert, os.path.join(os.path.dirname(self.service.cacert), "key.pem"))

        def serve(listener: socket.socket) -> None:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) as connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n" + b" " * 1048576)
                while connection.recv(65536):
                    pass  # until the client closes

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve, args=(listener,), daemon=True)
            thread.start()
            begin = time.monotonic()
            done = run([self.example, "--timeout", "50", "--endpoint", f"https://127.0.0.1:{listener.getsockname()[1]}",
                        "--cacert", self.service.cacert, "alice", "bob"], self.service.environment)
            self.assertLess(time.monotonic() - begin, 25)
            thread.join(20)
        self.assertEqual(done.status, TRANSPORT)
        self.assertIn("larger than the receive buffer (bytes allowed: 262144)", done.err)

    def test_what_was_done_before_a_call_failed_is_reported_as_done(self) -> None:
        seen = []

        def answer(request: Request, ordinary: Any) -> Answer:
            seen.append(request)
            return ordinary(request) if len(seen) == 1 else _answer(ActionStatus="FAIL", ErrorCode=60020)

        friends = [f"f{number}" for number in range(2500)]
        with scripted(answer) as service:
            service.graph.befriend("alice", friends)
            given = "\n".join(friends).encode()
            done = self.unfriend("--json", "--to-file", "-", "alice", given=given, service=service)
            self.assertEqual(done.status, REFUSED)
            self.assertEqual([line["outcome"] for line in done.json], ["deleted"] * 1000 + ["failed"] * 1500)
            self.assertIn("60020", done.json[1999]["result_info"])
            self.assertEqual(done.json[2000]["result_info"], "it was not sent")
            self.assertEqual(len(seen), 2)


class Timeout(EndToEnd):
    """The limits that these tests hold the command to are far from both the time-out and the fault's own delay."""

    def timed(self, *arguments: str, limit: float, given: bytes = b"") -> None:
        begin = time.monotonic()
        done = self.unfriend("--json", *arguments, given=given)
        self.assertLess(time.monotonic() - begin, limit)
        self.assertEqual(done.status, TRANSPORT, done.err)
        self.assertLessEqual(set(done.outcomes.values()), {"failed", "unknown"})

    def test_it_ends_an_attempt_that_takes_too_long(self) -> None:
        self.graph.befriend("fault.slow.60000.a", ["pal"])
        self.timed("--timeout", "0.3", "fault.slow.60000.a", "pal", limit=20)

    def test_it_covers_all_attempts_and_waits(self) -> None:
        self.graph.befriend("fault.http.503.timeout", ["pal"])
        self.timed("--timeout", "0.5", "--retries", "1000", "fault.http.503.timeout", "pal", limit=20)
        self.assertGreater(len(self.calls("fault.http.503.timeout")), 1)

    def test_it_covers_all_calls(self) -> None:
        friends = [f"s{number}" for number in range(40_000)]
        self.graph.befriend("fault.slow.500.calls", friends)
        begin = time.monotonic()
        done = self.unfriend("--json", "--timeout", "1.2", "--to-file", "-", "fault.slow.500.calls",
                             given="\n".join(friends).encode())
        self.assertLess(time.monotonic() - begin, 15)
        self.assertEqual(done.status, TRANSPORT, done.err)
        self.assertEqual(len(done.json), 40_000)
        self.assertEqual(done.json[-1]["result_info"], "it was not sent")

    def test_an_ordinary_call_is_well_within_it(self) -> None:
        self.graph.befriend("in.time", ["pal"])
        self.assertEqual(self.unfriend("--timeout", "30", "in.time", "pal").status, OK)

    def test_it_ends_a_connection_that_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            begin = time.monotonic()
            endpoint = f"https://127.0.0.1:{deaf.getsockname()[1]}"
            done = run([self.example, "--timeout", "0.3", "--endpoint", endpoint, "a", "b"], self.service.environment)
            self.assertLess(time.monotonic() - begin, 20)
        self.assertEqual(done.status, TRANSPORT)


if __name__ == "__main__":
    unittest.main()
