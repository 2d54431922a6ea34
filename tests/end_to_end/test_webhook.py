"""Deletions by the command-line example, told by the stand-in service to the receiver example.

UNFRIEND_WEBHOOK_RECEIVER names the receiver.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from http.client import HTTPConnection, HTTPSConnection
from typing import IO, Any, Dict, List, Optional, Tuple
from urllib.parse import urlencode

from support import OK, PATIENCE, Service, program, run

import certificate
import webhook_sender
from webhook_sender import Posted, WebhookSender

APP = 1400000000
TOKEN = "a token, kept: 5f2b!"
FAIL = {"ActionStatus": "FAIL", "ErrorCode": 1, "ErrorInfo": ""}
WARNING = "AUTHENTICATION IS OFF"

Pairs = List[Tuple[str, str]]


class _Drain(threading.Thread):
    """Reads a stream to its end, so that who writes never waits."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._read = b""
        self.start()

    def run(self) -> None:
        with self._stream:
            self._read = self._stream.read()

    def all(self) -> str:
        self.join()
        return self._read.decode()


class Receiver:
    """The program, from the start of the context to its end by SIGTERM."""

    def __init__(self, directory: str, token: Optional[str] = TOKEN) -> None:
        made = certificate.make(directory)
        self.cacert = made.certificate
        environment = {**os.environ, "UNFRIEND_SDK_APP_ID": str(APP)}
        environment.pop("UNFRIEND_WEBHOOK_TOKEN", None)
        if token is not None:
            environment["UNFRIEND_WEBHOOK_TOKEN"] = token
        self._process = subprocess.Popen(
            [program("UNFRIEND_WEBHOOK_RECEIVER"), "--port", "0", "--cert", made.certificate, "--key", made.key],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self._process.stdout is not None and self._process.stderr is not None
        self.first_line = self._process.stdout.readline().decode()
        self._printed = [_Drain(self._process.stdout), _Drain(self._process.stderr)]
        self.port = int(self.first_line.split()[1])
        self.url = f"https://127.0.0.1:{self.port}/a/path"
        self._end: Optional[Tuple[int, str, str]] = None

    def end(self) -> Tuple[int, str, str]:
        """Ends it; the exit status and what it printed after the first line."""
        if self._end is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
            out, err = [drain.all() for drain in self._printed]
            self._end = (self._process.wait(), out, err)
        return self._end

    @property
    def pairs(self) -> Pairs:
        """What it printed, once it has ended."""
        lines: List[Dict[str, Any]] = [json.loads(line) for line in self.end()[1].splitlines()]
        for line in lines:
            assert list(line) == ["from_account", "to_account"], line
        return [(line["from_account"], line["to_account"]) for line in lines]


class Webhook(unittest.TestCase):
    def start(self, token: Optional[str] = TOKEN) -> Receiver:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        receiver = Receiver(directory.name, token)
        self.addCleanup(receiver.end)
        return receiver

    def send(self, receiver: Receiver, *, body: Optional[bytes] = None, query: Optional[str] = None,
             **changes: Optional[str]) -> Posted:
        """One signed post with some parameters changed, added, or (None) left out."""
        content = webhook_sender.body([("xavier", "yolanda")]) if body is None else body
        changed: Dict[str, Optional[str]] = {**webhook_sender.parameters(APP, TOKEN, time.time()), **changes}
        parameters = {name: value for name, value in changed.items() if value is not None}
        return webhook_sender.post(receiver.url, urlencode(parameters) if query is None else query, content,
                                   receiver.cacert)

    def assert_refused(self, posted: Posted) -> None:
        self.assertEqual((posted.status, posted.json), (200, FAIL))


class Genuine(Webhook):
    def delete(self, receiver: Receiver, token: Optional[str], friends: List[str]) -> WebhookSender:
        sender = WebhookSender(receiver.url, APP, token=token, cacert=receiver.cacert)
        with sender, Service(after_deletion=sender) as service:
            service.graph.befriend("alice", friends)
            done = run([program("UNFRIEND_EXAMPLE"), "--endpoint", service.endpoint, "--cacert", service.cacert,
                        "--both", "alice", *friends], service.environment)
            self.assertEqual(done.status, OK, done.err)
        return sender

    def test_a_two_way_deletion_arrives_in_both_directions(self) -> None:
        receiver = self.start()
        sender = self.delete(receiver, TOKEN, ["bob"])
        self.assertEqual([posted.accepted for posted in sender.posts], [True])
        self.assertEqual(receiver.pairs, [("alice", "bob"), ("bob", "alice")])
        self.assertEqual(receiver.end()[0], 0)
        self.assertEqual(receiver.end()[2], "")

    def test_a_deletion_larger_than_one_call_arrives_whole(self) -> None:
        receiver = self.start()
        friends = [f"friend {number}" for number in range(1500)]
        sender = self.delete(receiver, TOKEN, friends)
        self.assertEqual([posted.accepted for posted in sender.posts], [True, True])
        expected = [pair for friend in friends for pair in (("alice", friend), (friend, "alice"))]
        self.assertEqual(sorted(receiver.pairs), sorted(expected))

    def test_without_a_token_it_warns_and_takes_what_is_not_signed(self) -> None:
        receiver = self.start(token=None)
        sender = self.delete(receiver, None, ["bob"])
        self.assertEqual([posted.accepted for posted in sender.posts], [True])
        self.assertEqual(receiver.pairs, [("alice", "bob"), ("bob", "alice")])
        self.assertIn(WARNING, receiver.end()[2])

    def test_posts_in_parallel_are_each_printed_in_one_piece(self) -> None:
        receiver = self.start()
        bodies = [[(f"{number}", f"{friend}") for friend in range(50)] for number in range(24)]
        threads = [threading.Thread(target=self.send, args=(receiver,), kwargs={"body": webhook_sender.body(pairs)})
                   for pairs in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        printed = receiver.pairs
        blocks = [printed[first:first + 50] for first in range(0, len(printed), 50)]
        self.assertEqual(sorted(blocks), sorted(bodies))

    def test_accounts_are_printed_as_json(self) -> None:
        receiver = self.start()
        pairs = [('"quoted"', "back\\slash"), ("\u5c0f\u660e", "line\nend")]
        self.assertTrue(self.send(receiver, body=webhook_sender.body(pairs)).accepted)
        self.assertEqual(receiver.pairs, pairs)


class Refused(Webhook):
    """Each answers FAIL and prints nothing; then a genuine post is taken."""

    def setUp(self) -> None:
        self.receiver = self.start()

    def tearDown(self) -> None:
        self.assertTrue(self.send(self.receiver, body=webhook_sender.body([("yes", "no")])).accepted)
        self.assertEqual(self.receiver.pairs, [("yes", "no")])
        status, _, err = self.receiver.end()
        self.assertEqual(status, 0)
        self.assertRegex(err, r"\A(webhook_receiver: refused: [^\n]+\n)+\Z")
        self.assertNotIn(TOKEN, err)
        self.assertNotRegex(err, "[0-9a-f]{32}|xavier|yolanda|SECRET")

    def test_tampered(self) -> None:
        now = int(time.time())
        for changes in ({"Sign": "0" * 64}, {"Sign": webhook_sender.sign("other", now)},
                        {"Sign": webhook_sender.sign(TOKEN, now).upper(), "RequestTime": str(now)},
                        {"RequestTime": str(now + 1), "Sign": webhook_sender.sign(TOKEN, now)}, {"Sign": "SECRET"},
                        {"RequestTime": "SECRET"}, {"RequestTime": ""}, {"ClientIP": "1.2.3.4\nSECRET"}):
            with self.subTest(changes):
                self.assert_refused(self.send(self.receiver, **changes))

    def test_replayed(self) -> None:
        body = webhook_sender.body([("yes", "again")])
        receiver = self.start()
        first = self.send(receiver, body=body)
        self.assertTrue(first.accepted)
        for _ in range(3):
            self.assert_refused(webhook_sender.post(receiver.url, first.query, body, receiver.cacert))
        self.assertEqual(receiver.pairs, [("yes", "again")])
        self.assert_refused(self.send(self.receiver, Sign="0"))

    def test_late_and_early(self) -> None:
        for off in (-3600, -90, 90, 3600):
            with self.subTest(off):
                late = int(time.time()) + off
                self.assert_refused(self.send(self.receiver, RequestTime=str(late), Sign=webhook_sender.sign(TOKEN, late)))

    def test_unsigned(self) -> None:
        self.assert_refused(self.send(self.receiver, Sign=None))
        self.assert_refused(self.send(self.receiver, Sign=None, RequestTime=None))
        self.assert_refused(self.send(self.receiver, query=""))

    def test_of_another_app_or_event(self) -> None:
        self.assert_refused(self.send(self.receiver, SdkAppid="1400000001"))
        self.assert_refused(self.send(self.receiver, SdkAppid=None))
        self.assert_refused(self.send(self.receiver, CallbackCommand="Sns.CallbackFriendAdd"))
        self.assert_refused(self.send(self.receiver, body=b'{"CallbackCommand":"Sns.CallbackFriendAdd","PairList":[]}'))

    def test_of_a_query_that_is_ambiguous_or_malformed(self) -> None:
        good = urlencode(webhook_sender.parameters(APP, TOKEN, time.time()))
        for extra in ("&Sign=SECRET", "&SdkAppid=1", "&%53ign=", "&x=%", "&x=%zz"):
            with self.subTest(extra):
                self.assert_refused(self.send(self.receiver, query=good + extra))
                self.assert_refused(self.send(self.receiver, query=extra[1:] + "&" + good))

    def test_of_a_body_that_is_no_event(self) -> None:
        pair = b'{"From_Account":"xavier","To_Account":"yolanda"}'
        for body in (b"", b"{}", b"[]", b"<html>", b"\xff" * 1000, pair, b"[" * 100_000,
                     b'{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[' + pair + b',{"From_Account":"x"}]}',
                     b'{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[' + pair + b"]"):
            with self.subTest(body[:80]):
                self.assert_refused(self.send(self.receiver, body=body))

    def test_of_a_body_that_is_too_large(self) -> None:
        posted = self.send(self.receiver, body=b" " * (1024 * 1024 + 1))
        self.assertEqual((posted.status, posted.json), (413, FAIL))

    def test_of_chunks_without_end(self) -> None:
        connection = HTTPSConnection("127.0.0.1", self.receiver.port, timeout=PATIENCE,
                                     context=ssl.create_default_context(cafile=self.receiver.cacert))
        self.addCleanup(connection.close)
        query = urlencode(webhook_sender.parameters(APP, TOKEN, time.time()))
        try:
            connection.request("POST", "/?" + query, iter([b" " * 65536] * 512), {"Content-Type": "application/json"},
                               encode_chunked=True)
            answer = connection.getresponse()
            self.assertEqual((answer.status, json.loads(answer.read())), (413, FAIL))
        except OSError:
            pass  # it need not read 32 megabytes to say so
        self.assert_refused(self.send(self.receiver, Sign="0"))

    def test_of_another_method(self) -> None:
        connection = HTTPSConnection("127.0.0.1", self.receiver.port, timeout=PATIENCE,
                                     context=ssl.create_default_context(cafile=self.receiver.cacert))
        self.addCleanup(connection.close)
        connection.request("GET", "/?" + urlencode(webhook_sender.parameters(APP, TOKEN, time.time())))
        answer = connection.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())), (404, FAIL))


class WithoutAToken(Webhook):
    def test_what_is_for_another_app_is_refused_all_the_same(self) -> None:
        receiver = self.start(token=None)
        self.assert_refused(self.send(receiver, SdkAppid="1400000001"))
        self.assertEqual(receiver.pairs, [])


class Program(Webhook):
    def test_it_first_prints_where_it_listens(self) -> None:
        receiver = self.start()
        self.assertEqual(receiver.first_line, f"listening {receiver.port}\n")
        with socket.create_connection(("127.0.0.1", receiver.port), PATIENCE):
            pass

    def test_it_ends_at_once_on_sigterm(self) -> None:
        receiver = self.start()
        self.assertEqual(receiver.end(), (0, "", ""))

    def test_bad_usage_is_refused_before_anything_listens(self) -> None:
        made = certificate.make(self.enter_directory())
        pem = ["--cert", made.certificate, "--key", made.key]
        app = {"UNFRIEND_SDK_APP_ID": str(APP)}
        for arguments, environment, status in (
                ([], app, 2), (pem[:2], app, 2), ([*pem, "--port", "65536"], app, 2), ([*pem, "--port"], app, 2),
                ([*pem, "extra"], app, 2), (pem, {}, 2), (pem, {"UNFRIEND_SDK_APP_ID": "0"}, 2),
                (pem, {"UNFRIEND_SDK_APP_ID": "12x"}, 2), (pem, {**app, "UNFRIEND_WEBHOOK_TOKEN": ""}, 2),
                (pem, {**app, "UNFRIEND_WEBHOOK_TOKEN": "x" * 129}, 2),
                (["--cert", made.key, "--key", made.certificate], app, 1),
                (["--cert", "/nowhere", "--key", "/nowhere"], app, 1)):
            with self.subTest((arguments, environment)):
                done = run([program("UNFRIEND_WEBHOOK_RECEIVER"), *arguments], environment)
                self.assertEqual((done.status, done.out), (status, ""))
                self.assertNotIn("x" * 129, done.err)
                self.assertTrue(done.err)

    def enter_directory(self) -> str:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        return directory.name


class Plain(unittest.TestCase):
    """Behind a proxy that ends TLS."""

    def test_it_serves_http_on_the_loopback(self) -> None:
        environment = {**os.environ, "UNFRIEND_SDK_APP_ID": str(APP), "UNFRIEND_WEBHOOK_TOKEN": TOKEN}
        with subprocess.Popen([program("UNFRIEND_WEBHOOK_RECEIVER"), "--plain"], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline().split()[1])
            query = urlencode(webhook_sender.parameters(APP, TOKEN, time.time()))
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            with contextlib.closing(connection):
                connection.request("POST", f"/a/path?{query}", webhook_sender.body([("ann", "bob")]))
                self.assertEqual(json.load(connection.getresponse())["ErrorCode"], 0)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, json.loads(out), err),
                         (0, {"from_account": "ann", "to_account": "bob"}, b""))

    def test_nowhere_else_and_with_no_certificate(self) -> None:
        for arguments, said in ((["--plain", "--host", "0.0.0.0"], "loopback only"),
                                (["--plain", "--host", "192.0.2.1"], "loopback only"),
                                (["--plain", "--cert", "x", "--key", "y"], "no certificate")):
            with self.subTest(arguments):
                done = run([program("UNFRIEND_WEBHOOK_RECEIVER"), *arguments], {"UNFRIEND_SDK_APP_ID": str(APP)})
                self.assertEqual((done.status, done.out), (2, ""))
                self.assertIn(said, done.err)


if __name__ == "__main__":
    unittest.main()
