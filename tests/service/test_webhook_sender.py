"""The posts that follow deletions, as a receiver sees them."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from typing import Callable, List, Optional
from urllib.parse import parse_qs, urlencode
from urllib.request import Request as Call, urlopen

import certificate
import strict_json
import user_sig
import webhook_sender
from caller import Caller
from command import FRIEND_DELETE
from https_server import HttpsServer, State
from messages import Answer, Delivery, Request
from service import IDENTIFIER, SDK_APP_ID, SECRET_KEY, Service
from webhook_sender import WebhookSender

NOW = 1669872112.0
OK = b'{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}'
_HERE = os.path.dirname(os.path.abspath(__file__))


class Receiver:
    """Keeps what comes; answers as told."""

    def __init__(self, test: unittest.TestCase, answer: Callable[[Request], Answer] = lambda _: Answer(OK)) -> None:
        directory = tempfile.TemporaryDirectory()
        test.addCleanup(directory.cleanup)
        made = certificate.make(directory.name)
        self.seen: List[Request] = []

        def handle(request: Request) -> Answer:
            self.seen.append(request)
            return answer(request)

        self.server = HttpsServer(handle, made)
        test.addCleanup(self.server.stop)
        self.cacert = made.certificate
        self.url = f"https://127.0.0.1:{self.server.port}/told"


class Posts(unittest.TestCase):
    def start(self, receiver: Receiver, token: Optional[str] = None) -> None:
        sender = WebhookSender(receiver.url, SDK_APP_ID, token=token, cacert=receiver.cacert, now=lambda: NOW)
        self.sender = self.enter(sender)
        self.service = self.enter(Service(now=lambda: NOW, after_deletion=sender))
        self.caller = Caller(self.service, NOW)
        self.addCleanup(self.caller.close)

    def enter(self, context):  # type: ignore[no-untyped-def]
        entered = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return entered

    def test_the_documents_own_signature(self) -> None:
        self.assertEqual(webhook_sender.sign("xxxxyyyy", 1669872112),
                         "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061")

    def test_a_two_way_deletion_is_told_in_both_directions(self) -> None:
        receiver = Receiver(self)
        self.start(receiver, "xxxxyyyy")
        self.service.graph.befriend("alice", ["bob"])
        self.assertEqual(self.caller.codes("alice", ["bob", "carol"], "Delete_Type_Both"), [0, 30003])
        (posted,) = self.sender.posts
        self.assertTrue(posted.accepted)
        (seen,) = receiver.seen
        self.assertEqual((seen.method, seen.path), ("POST", "/told"))
        self.assertEqual(parse_qs(seen.query, strict_parsing=True), {
            "SdkAppid": [str(SDK_APP_ID)], "CallbackCommand": ["Sns.CallbackFriendDelete"], "contenttype": ["json"],
            "ClientIP": ["127.0.0.1"], "OptPlatform": ["RESTAPI"], "RequestTime": ["1669872112"],
            "Sign": ["17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061"]})
        self.assertEqual(strict_json.parse_object(seen.body), {
            "CallbackCommand": "Sns.CallbackFriendDelete",
            "PairList": [{"From_Account": "alice", "To_Account": "bob"},
                         {"From_Account": "bob", "To_Account": "alice"}],
            "ClientIP": "127.0.0.1", "OptPlatform": "RESTAPI", "RequestId": "post-1"})

    def test_a_one_way_deletion_is_told_in_one(self) -> None:
        receiver = Receiver(self)
        self.start(receiver)
        self.service.graph.befriend("alice", ["bob"])
        self.caller.delete("alice", ["bob"])
        self.sender.wait()
        self.assertEqual(strict_json.parse_object(receiver.seen[0].body)["PairList"],
                         [{"From_Account": "alice", "To_Account": "bob"}])

    def test_without_a_token_a_post_is_not_signed(self) -> None:
        receiver = Receiver(self)
        self.start(receiver)
        self.service.graph.befriend("alice", ["bob"])
        self.caller.delete("alice", ["bob"])
        self.sender.wait()
        self.assertNotIn("Sign", receiver.seen[0].query)
        self.assertNotIn("RequestTime", receiver.seen[0].query)

    def test_what_deletes_nobody_is_not_told(self) -> None:
        self.start(Receiver(self))
        self.service.graph.add_account("alice")
        self.caller.delete("alice", ["bob"])
        self.assertEqual(self.sender.posts, [])

    def test_a_call_is_answered_while_its_post_is_under_way(self) -> None:
        answered = threading.Event()

        def answer(_: Request) -> Answer:
            self.assertTrue(answered.wait(20))
            return Answer(OK)

        self.start(Receiver(self, answer))
        self.service.graph.befriend("alice", ["bob", "carol"])
        self.assertEqual(self.caller.codes("alice", ["bob"]), [0])
        self.assertEqual(self.caller.codes("alice", ["carol"]), [0])
        answered.set()
        self.assertEqual([posted.accepted for posted in self.sender.posts], [True, True])

    def test_deleting_all_friends_makes_no_post(self) -> None:
        receiver = Receiver(self)
        self.start(receiver)
        self.service.graph.befriend("alice", ["bob", "carol"])
        self.assertEqual(self.caller.delete_all("alice", "Delete_Type_Both")["ErrorCode"], 0)
        self.assertEqual((self.sender.posts, receiver.seen), ([], []))

    def test_posts_come_over_connections_that_are_kept_open_each_with_its_own_request_id(self) -> None:
        receiver = Receiver(self)
        self.start(receiver)
        self.service.graph.befriend("alice", ["a", "b", "c"])
        for name in "abc":
            self.caller.delete("alice", [name])
            self.sender.wait()
        self.assertEqual([seen.position for seen in receiver.seen], [1, 2, 3])
        self.assertEqual([strict_json.parse_object(seen.body)["RequestId"] for seen in receiver.seen],
                         ["post-1", "post-2", "post-3"])

    def test_a_connection_that_the_receiver_closed_is_opened_again(self) -> None:
        receiver = Receiver(self)
        self.start(receiver)
        self.service.graph.befriend("alice", ["a", "b"])
        for name in "ab":
            self.caller.delete("alice", [name])
            self.sender.wait()
            receiver.server.become(State.REFUSING)
            receiver.server.become(State.UP)
        self.assertEqual([posted.accepted for posted in self.sender.posts], [True, True])
        self.assertEqual([seen.position for seen in receiver.seen], [1, 1])

    def test_a_post_that_was_lost_is_not_sent_again(self) -> None:
        receiver = Receiver(self, lambda _: Answer(b"", delivery=Delivery.NOTHING))
        self.start(receiver)
        self.service.graph.befriend("alice", ["bob"])
        self.caller.delete("alice", ["bob"])
        self.assertEqual([posted.status for posted in self.sender.posts], [0])
        self.assertEqual(len(receiver.seen), 1)

    def test_a_refusal_and_a_receiver_that_is_gone_are_kept_as_such(self) -> None:
        refusing = Receiver(self, lambda _: Answer(b'{"ActionStatus":"FAIL","ErrorCode":1,"ErrorInfo":""}'))
        refused = webhook_sender.post(refusing.url, "", b"{}", refusing.cacert)
        self.assertEqual((refused.status, refused.accepted, refused.json["ErrorCode"]), (200, False, 1))
        distrusted = webhook_sender.post(refusing.url, "", b"{}")
        self.assertEqual((distrusted.status, distrusted.accepted), (0, False))

    def test_only_https_will_do(self) -> None:
        for url in ("http://localhost:1/", "localhost:1", "https://", "https://localhost:1/?query"):
            with self.subTest(url), self.assertRaises(ValueError):
                WebhookSender(url, SDK_APP_ID)


class CommandLine(unittest.TestCase):
    def test_the_service_as_a_program_sends_them_too(self) -> None:
        receiver = Receiver(self)
        program = subprocess.Popen(
            [sys.executable, "-B", os.path.join(_HERE, "service.py"), "--befriend", "alice:bob", "--until-stdin-closes",
             "--webhook", receiver.url, "--webhook-token", "token", "--webhook-cacert", receiver.cacert],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert program.stdin is not None and program.stdout is not None
        with program:
            port = int(program.stdout.readline().split()[1])
            cacert = program.stdout.readline().split()[1].decode()
            self._delete_bob(port, cacert)
            program.stdin.close()
            self.assertEqual(program.wait(20), 0)
        (seen,) = receiver.seen  # it ends only when every post is out
        self.assertIn("Sign=", seen.query)

    def _delete_bob(self, port: int, cacert: str) -> None:
        query = urlencode({"sdkappid": SDK_APP_ID, "identifier": IDENTIFIER, "random": 1, "contenttype": "json",
                           "usersig": user_sig.generate(IDENTIFIER, SDK_APP_ID, SECRET_KEY, int(time.time()))})
        call = Call(f"https://127.0.0.1:{port}{FRIEND_DELETE}?{query}", b'{"From_Account":"alice","To_Account":["bob"]}',
                    {"Content-Type": "application/json"})
        with urlopen(call, timeout=20, context=ssl.create_default_context(cafile=cacert)) as answer:
            self.assertIn(b'"ResultCode":0', answer.read())


if __name__ == "__main__":
    unittest.main()
