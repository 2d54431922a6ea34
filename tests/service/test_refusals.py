"""What the service refuses, over HTTPS: each row of a table is one mistake in an otherwise perfect call."""

from __future__ import annotations

import json
import socket
import ssl
import unittest
from typing import Any, Dict

import user_sig
from caller import JSON_HEADERS, Caller
from command import FRIEND_DELETE_ALL
from http_reader import LONGEST_BODY
from service import Service

NOW = 1700000000.0
BODY: Dict[str, Any] = {"From_Account": "alice", "To_Account": ["bob"]}


class Refusals(unittest.TestCase):
    service: Service

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service(quota=100_000, now=lambda: NOW)
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.service.graph.befriend("alice", ["bob"])

    def setUp(self) -> None:
        self.caller = Caller(self.service, NOW)
        self.addCleanup(self.caller.close)

    def tearDown(self) -> None:
        self.assertEqual(self.service.graph.friends("alice"), ["bob"])

    def _assert_refused(self, code: int, body: Any = None, info: str = "", **how: Any) -> None:
        reply = self.caller.send(BODY if body is None else body, **how)
        answer = reply.json
        self.assertEqual(list(answer), ["ActionStatus", "ErrorCode", "ErrorInfo", "ErrorDisplay"])
        self.assertEqual((reply.status, answer["ActionStatus"], answer["ErrorCode"]), (200, "FAIL", code), answer)
        self.assertNotEqual(answer["ErrorInfo"], "")
        self.assertIn(info, answer["ErrorInfo"])
        for secret in (self.service.credentials.secret_key, self.caller.parameters["usersig"]):
            self.assertNotIn(secret.encode(), reply.body)

    def test_wrong_query_parameters(self) -> None:
        table: Dict[str, Any] = {
            "sdkappid missing": (60012, {"sdkappid": None}),
            "sdkappid not a number": (60006, {"sdkappid": "app"}),
            "sdkappid negative": (60006, {"sdkappid": "-1"}),
            "sdkappid zero": (60006, {"sdkappid": "0"}),
            "sdkappid with a leading zero": (60006, {"sdkappid": "01400000000"}),
            "sdkappid of 33 bits": (60006, {"sdkappid": "4294967296"}),
            "sdkappid another's": (70020, {"sdkappid": "1400000001"}),
            "identifier missing": (60025, {"identifier": None}),
            "identifier not the UserSig's": (70013, {"identifier": "Administrator"}),
            "usersig missing": (60025, {"usersig": None}),
            "usersig empty": (70002, {"usersig": ""}),
            "random missing": (60002, {"random": None}),
            "random empty": (60002, {"random": ""}),
            "random of 33 bits": (60002, {"random": "4294967296"}),
            "random negative": (60002, {"random": "-1"}),
            "random in other digits": (60002, {"random": "\u0661"}),
            "contenttype missing": (60025, {"contenttype": None}),
            "contenttype in capitals": (60025, {"contenttype": "JSON"}),
            "a parameter of another name": (60002, {"Random": "1"}),
        }
        for name, (code, changes) in table.items():
            with self.subTest(name):
                self._assert_refused(code, query=self.caller.query(**changes))

    def test_badly_written_queries(self) -> None:
        good = self.caller.query()
        table = {
            "nothing": (60012, ""),
            "a repeated parameter": (60002, good + "&random=1"),
            "another parameter name's case": (60012, good.replace("sdkappid", "SdkAppid")),
            "a raw plus": (60002, good.replace("random=", "random=+")),
            "a lone percent": (60002, good.replace("random=", "random=%")),
            "a trailing ampersand": (60002, good + "&"),
        }
        for name, (code, query) in table.items():
            with self.subTest(name):
                self._assert_refused(code, query=query)

    def test_wrong_user_sigs(self) -> None:
        app = self.service.credentials
        table = {
            "cut short": (70003, self.caller.parameters["usersig"][:-8]),
            "another key's": (70009, user_sig.generate(app.identifier, app.sdk_app_id, app.secret_key + "0", int(NOW))),
            "another app's": (70014, user_sig.generate(app.identifier, app.sdk_app_id + 1, app.secret_key, int(NOW))),
            "another account's": (70013, user_sig.generate("alice", app.sdk_app_id, app.secret_key, int(NOW))),
            "expired": (70001, user_sig.generate(app.identifier, app.sdk_app_id, app.secret_key, int(NOW) - 60, 60)),
        }
        for name, (code, sig) in table.items():
            with self.subTest(name):
                self._assert_refused(code, query=self.caller.query(usersig=sig))

    def test_an_account_that_is_not_the_administrator(self) -> None:
        app = self.service.credentials
        sig = user_sig.generate("alice", app.sdk_app_id, app.secret_key, int(NOW))
        self._assert_refused(60010, query=self.caller.query(identifier="alice", usersig=sig))

    def test_wrong_paths(self) -> None:
        for path in ("/", "/v4/sns/friend_add", "/v4/sns/friend_delete/", "/v4/sns/Friend_delete",
                     "//v4/sns/friend_delete", "/v4/sns/friend%5Fdelete", "/redirected"):
            with self.subTest(path):
                self._assert_refused(60009, path=path)

    def test_wrong_methods(self) -> None:
        for method in ("GET", "PUT", "DELETE", "post"):
            with self.subTest(method):
                self._assert_refused(60002, method=method)

    def test_wrong_content_types(self) -> None:
        for value in (None, "text/json", "application/x-www-form-urlencoded", "application/json; charset=gbk"):
            with self.subTest(value):
                self._assert_refused(60002, headers={} if value is None else {"Content-Type": value})

    def test_allowed_content_types(self) -> None:
        for value in ("application/json;charset=utf-8", "Application/JSON; charset=UTF-8"):
            with self.subTest(value):
                self.assertEqual(self.caller.send({**BODY, "To_Account": ["nobody"]},
                                                  headers={"Content-Type": value}).json["ErrorCode"], 0)

    def test_bodies_that_are_not_a_json_object(self) -> None:
        good = json.dumps(BODY).encode()
        for body in (b"", b"[]", b"null", good[:-1], good + b"x", b"\xef\xbb\xbf" + good, b"\xff" + good,
                     good[:-1] + b',"From_Account":"alice"}'):
            with self.subTest(body):
                self._assert_refused(60003, body)

    def test_wrong_members(self) -> None:
        accounts = [f"user{index}" for index in range(1001)]
        table: Dict[str, Any] = {
            "no member": (30001, {}, "From_Account"),
            "no From_Account": (30001, {"To_Account": ["bob"]}, "From_Account"),
            "From_Account a number": (60015, {**BODY, "From_Account": 7}, "From_Account"),
            "From_Account empty": (30001, {**BODY, "From_Account": ""}, "From_Account"),
            "From_Account unknown": (30003, {**BODY, "From_Account": "nobody"}, "From_Account"),
            "From_Account in another case": (30003, {**BODY, "From_Account": "Alice"}, "From_Account"),
            "From_Account of 33 bytes": (30001, {**BODY, "From_Account": "a" * 33}, "a" * 33),
            "From_Account with a control character": (30001, {**BODY, "From_Account": "a\x7f"}, "From_Account"),
            "no To_Account": (30001, {"From_Account": "alice"}, "To_Account"),
            "To_Account a string": (30001, {**BODY, "To_Account": "bob"}, "To_Account"),
            "To_Account empty": (30001, {**BODY, "To_Account": []}, "To_Account"),
            "1001 accounts": (30001, {**BODY, "To_Account": accounts}, "1000"),
            "an account that is a number": (60015, {**BODY, "To_Account": ["bob", 7]}, "To_Account"),
            "an account that is null": (60015, {**BODY, "To_Account": [None]}, "To_Account"),
            "an empty account": (30001, {**BODY, "To_Account": ["bob", ""]}, "To_Account"),
            "an account that is not ASCII": (30001, {**BODY, "To_Account": ["b\u00f6b"]}, "To_Account"),
            "an account that is half a surrogate pair": (30001, {**BODY, "To_Account": ["\ud800"]}, "To_Account"),
            "an unknown DeleteType": (30001, {**BODY, "DeleteType": "Delete_Type_both"}, "DeleteType"),
            "a DeleteType of null": (30001, {**BODY, "DeleteType": None}, "DeleteType"),
            "an unknown member": (30001, {**BODY, "Deletetype": "Delete_Type_Both"}, "Deletetype"),
            "a fault that cannot be read": (30001, {**BODY, "From_Account": "fault.explode.a"}, "explode"),
            "an item fault that cannot be read": (30001, {**BODY, "To_Account": ["bob", "item.a"]}, "item.a"),
        }
        for name, (code, body, info) in table.items():
            with self.subTest(name):
                self._assert_refused(code, body, info)

    def test_friend_delete_all_has_no_to_account(self) -> None:
        self._assert_refused(30001, BODY, "To_Account", path=FRIEND_DELETE_ALL)
        self._assert_refused(30003, {"From_Account": "nobody"}, path=FRIEND_DELETE_ALL)

    def test_malformed_http_is_refused_and_the_connection_closed(self) -> None:
        line = f"POST /v4/sns/friend_delete?{self.caller.query()} HTTP/1.1\r\n"
        host, kind, length = "Host: localhost\r\n", "Content-Type: application/json\r\n", "Content-Length: 2\r\n"
        table = {
            "no Content-Length": line + host + kind + "\r\n{}",
            "a Content-Length of words": line + host + kind + "Content-Length: two\r\n\r\n{}",
            "two Content-Lengths": line + host + kind + length + length + "\r\n{}",
            "a body too long": line + host + kind + f"Content-Length: {LONGEST_BODY + 1}\r\n\r\n" + "x" * LONGEST_BODY,
            "chunks": line + host + kind + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "no Host": line + kind + length + "\r\n{}",
            "a whole URL as target": line.replace("/v4", "https://localhost/v4") + host + kind + length + "\r\n{}",
            "an unencoded space": line.replace("random=", "random= ") + host + kind + length + "\r\n{}",
            "a space before the colon": line + host + kind + "Content-Length : 2\r\n\r\n{}",
            "a folded header": line + host + kind + length + " 2\r\n\r\n{}",
            "line ends without CR": (line + host + kind + length).replace("\r\n", "\n") + "\n{}",
            "HTTP/2": line.replace("HTTP/1.1", "HTTP/2.0") + host + kind + length + "\r\n{}",
            "a line without end": "POST /" + "x" * 20_000,
        }
        for name, text in table.items():
            with self.subTest(name):
                head, _, body = self._exchange(text).partition(b"\r\n\r\n")
                self.assertIn(b"Connection: close", head)
                self.assertEqual(json.loads(body)["ErrorCode"], 60002)

    def _exchange(self, text: str) -> bytes:
        """Everything that the service answers to `text` before it closes the connection."""
        context = ssl.create_default_context(cafile=self.service.cacert)
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=20) as plain, \
                context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            connection.sendall(text.encode("utf-8"))
            received = b""
            while True:
                part = connection.recv(65536)
                if not part:
                    return received
                received += part

    def test_an_http_1_0_client_is_served_and_the_connection_closed(self) -> None:
        body = json.dumps({**BODY, "To_Account": ["nobody"]})
        answer = self._exchange(f"POST /v4/sns/friend_delete?{self.caller.query()} HTTP/1.0\r\n"
                                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        self.assertIn(b"Connection: close", answer)
        self.assertTrue(answer.endswith(b'"ErrorCode":0,"ErrorInfo":"0","ErrorDisplay":""}'))

    def test_a_client_that_asks_first_is_told_to_continue(self) -> None:
        body = json.dumps({**BODY, "To_Account": ["nobody"]})
        answer = self._exchange(f"POST /v4/sns/friend_delete?{self.caller.query()} HTTP/1.1\r\nHost: localhost\r\n"
                                "Expect: 100-continue\r\nConnection: close\r\n"
                                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        self.assertTrue(answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))

    def test_a_client_that_does_not_trust_the_certificate_is_no_trouble(self) -> None:
        with self.assertRaises(ssl.SSLCertVerificationError):
            with socket.create_connection(("127.0.0.1", self.service.port)) as plain:
                ssl.create_default_context().wrap_socket(plain, server_hostname="127.0.0.1")
        self._assert_refused(60003, b"", headers=JSON_HEADERS)


if __name__ == "__main__":
    unittest.main()
