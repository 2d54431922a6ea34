"""UserSig against those of the official generator, and every way to be refused."""

from __future__ import annotations

import base64
import json
import os
import unittest
import zlib
from typing import Any, Dict

import user_sig

_VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "user_sig.json")
NOW = 1700000000
APP = 1400000000
KEY = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"


def _vectors() -> Any:
    with open(_VECTORS, encoding="utf-8") as file:
        return json.load(file)


def _verify_vector(vector: Dict[str, Any], **changes: Any) -> None:
    expected = {"identifier": vector["identifier"], "sdk_app_id": vector["sdkappid"], "key": vector["key"],
                "now": vector["time"], **changes}
    user_sig.verify(vector["user_sig"], **expected)


def _raw(text: bytes) -> str:
    return base64.b64encode(zlib.compress(text)).decode().translate(str.maketrans("+/=", "*-_"))


class OfficialVectors(unittest.TestCase):
    def test_there_are_40_and_8_of_them_have_a_userbuf(self) -> None:
        kinds = [vector["kind"] for vector in _vectors()]
        self.assertEqual((len(kinds), kinds.count("private_map_key")), (40, 8))

    def test_each_is_accepted_until_the_second_it_expires(self) -> None:
        for vector in _vectors():
            with self.subTest(identifier=vector["identifier"]):
                end = vector["time"] + vector["expire"]
                _verify_vector(vector)
                _verify_vector(vector, now=end - 0.5)
                with self.assertRaises(user_sig.Refused) as refused:
                    _verify_vector(vector, now=end)
                self.assertEqual(refused.exception.code, 70001)

    def test_each_is_refused_with_another_key(self) -> None:
        for vector in _vectors():
            with self.subTest(identifier=vector["identifier"]), self.assertRaises(user_sig.Refused) as refused:
                _verify_vector(vector, key=vector["key"][::-1])
            self.assertEqual(refused.exception.code, 70009)

    def test_generating_from_the_same_inputs_gives_the_same_document(self) -> None:
        for vector in _vectors():
            with self.subTest(identifier=vector["identifier"]):
                encoded = vector["document"].get("TLS.userbuf")
                generated = user_sig.generate(vector["identifier"], vector["sdkappid"], vector["key"], vector["time"],
                                              vector["expire"], encoded and base64.b64decode(encoded))
                self.assertEqual(user_sig.unpack(generated), vector["document"])
                self.assertEqual(user_sig.unpack(vector["user_sig"]), vector["document"])


class Refusals(unittest.TestCase):
    def _code(self, sig: str, identifier: str = "administrator", app: int = APP, now: float = NOW) -> int:
        with self.assertRaises(user_sig.Refused) as refused:
            user_sig.verify(sig, identifier=identifier, sdk_app_id=app, key=KEY, now=now)
        return refused.exception.code

    def setUp(self) -> None:
        self.good = user_sig.generate("administrator", APP, KEY, NOW, 60)
        self.document = user_sig.unpack(self.good)

    def test_the_good_one_is_accepted(self) -> None:
        user_sig.verify(self.good, identifier="administrator", sdk_app_id=APP, key=KEY, now=NOW)

    def test_an_empty_one_is_70002(self) -> None:
        self.assertEqual(self._code(""), 70002)

    def test_what_cannot_be_parsed_is_70003(self) -> None:
        text = json.dumps(self.document).encode()
        table = {
            "cut short": self.good[:-8],
            "standard alphabet": base64.b64encode(zlib.compress(text + b" " * 3)).decode(),
            "a space": self.good + " ",
            "not compressed": base64.b64encode(text).decode().translate(str.maketrans("+/=", "*-_")),
            "not JSON": _raw(b"TLS.ver: 2.0"),
            "an array": _raw(b"[]"),
            "a repeated member": _raw(text[:-1] + b', "TLS.ver": "2.0"}'),
            "something after the document": _raw(text + b"{}"),
            "endless": _raw(text[:-1] + b" " * 100_000 + b"}"),
            "bytes after the stream": base64.b64encode(zlib.compress(text) + b"\0").decode().translate(
                str.maketrans("+/=", "*-_")),
        }
        for name, sig in table.items():
            with self.subTest(name):
                self.assertEqual(self._code(sig), 70003)

    def test_a_document_of_another_form_is_70003(self) -> None:
        table: Dict[str, Dict[str, Any]] = {
            "version 1": {"TLS.ver": "1.0"},
            "version as a number": {"TLS.ver": 2.0},
            "time as text": {"TLS.time": str(NOW)},
            "time as a fraction": {"TLS.time": NOW + 0.5},
            "expire as a boolean": {"TLS.expire": True},
            "app as text": {"TLS.sdkappid": str(APP)},
            "identifier as a number": {"TLS.identifier": 7},
            "identifier with a line end": {"TLS.identifier": "administrator\nTLS.sdkappid:1"},
            "signature not base64": {"TLS.sig": "***"},
            "userbuf not base64": {"TLS.userbuf": "***"},
            "an unknown member": {"TLS.extra": "x"},
        }
        for name, change in table.items():
            with self.subTest(name):
                self.assertEqual(self._code(user_sig.pack({**self.document, **change})), 70003)
        for name in self.document:
            with self.subTest(f"without {name}"):
                rest = {member: value for member, value in self.document.items() if member != name}
                self.assertEqual(self._code(user_sig.pack(rest)), 70003)

    def test_one_of_another_app_is_70014_and_of_another_account_70013(self) -> None:
        self.assertEqual(self._code(self.good, app=APP + 1), 70014)
        self.assertEqual(self._code(self.good, identifier="Administrator"), 70013)

    def test_a_changed_document_is_70009(self) -> None:
        for change in ({"TLS.time": NOW + 1}, {"TLS.expire": 61}, {"TLS.userbuf": "AAAA"}, {"TLS.sig": "AAAA"}):
            with self.subTest(change):
                self.assertEqual(self._code(user_sig.pack({**self.document, **change})), 70009)

    def test_a_member_order_and_a_compression_level_of_its_own_are_accepted(self) -> None:
        text = json.dumps(dict(reversed(list(self.document.items()))), indent=2).encode()
        for level in range(10):
            sig = base64.b64encode(zlib.compress(text, level)).decode().translate(str.maketrans("+/=", "*-_"))
            user_sig.verify(sig, identifier="administrator", sdk_app_id=APP, key=KEY, now=NOW)


if __name__ == "__main__":
    unittest.main()
