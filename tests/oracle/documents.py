"""Documents as the service writes them, in many styles, and the same with damage. A seed gives the same ones always."""

from __future__ import annotations

import random
from typing import Callable, List, NamedTuple, Sequence, Tuple, TypeVar

T = TypeVar("T")


class Document(NamedTuple):
    kind: str
    body: bytes
    padding: int = 0  # NULs behind it


_KINDS = ["friend_delete"] * 5 + ["friend_delete_all"] * 2 + ["event"] * 3
_LINES = ["", "", "", "\n", " ", "\r\n\t"]
_COLONS = [":", ":", ":", " : ", ":\n"]
_TEXTS = ["", "", "", "0", "not a friend", "\u00e9", "\u597d\u53cb", "\U0001f600", "a\\/b\\n", "\x7f",
          "\\uD83D\\uDE00", "\\u0000",
          "\\\"\\\\", "x" * 40, "\\u00e9t\\u00E9", "[{\\\"}]", " ", "\uffff", "\u0800\U0010ffff"]
_NUMBERS = ["0", "0", "0", "0", "30003", "31704", "-1", "-0", "999999999", "1000000000", "2147483647", "-2147483648",
            "70001"]
_UNKNOWN = ["null", "true", "false", "17", "-2.5e3", "1e400", "-1E+999", "1e-400", "0.0", "18446744073709551616",
            "[]", "{}",
            '{"a":[1,"b",{"c":null}]}', '"\\ud83d\\ude00"', '[[[[[]]]]]', '"x"', '["To_Account"]',
            '{"ResultCode":"x","PairList":1}']
_PLATFORMS = ['"RESTAPI"', '"Web"', '"iOS"', '"IPAD"', '"unknown"', '""', '"\u212aac"', '"x"']
_NAMES = ["RequestID", "Fail_Account", "Invalid_Account", "", "a", "resultcode", "To_Account", "ResultItem", "PairList",
          "\\u0061", "\u597d", "ErrorCod", "ErrorCodes"]
# What is put into a document, or in place of one of its values.
_FRAGMENTS = [
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"\0", b"\t", b"0", b"-", b"1e3", b"1.5",
    b"2147483648", b"null",
    b"tru", b"{}",
    b"[]", b"<", b"\\u00e9", b"\\ud83d\\ude00", b"\\ud83d", b"\\udc00", b"\\ud83d\\u0041", b"\\u12", b"\\x",
    b"\xc3\xa9", b"\xc3",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xff", b"\x80", b"\x7f", b"\x1f", b"\xef\xbb\xbf",
    b"\xe5\xa5", b"\xf0\x9f\x98",
    b'"ErrorCode":"0",', b'"ResultCode":null,', b'"ResultItem":[{}],', b'"PairList":[],', b'"ErrorInfo":1,',
    b'"To_Account":"",',
    b'"From_Account":7,', b'"CallbackCommand":"Other",', b'"CallbackCommand":"",', b'"ResultCode":2147483648,',
    b'"ErrorCode":-9223372036854775809,', b'"ErrorCode":1e300,', b'"ErrorCode":1.0,', b'"ClientIP":[],',
    b'"ResultItem":{},', b'"a":' + b"[" * 15 + b"]" * 15 + b",", b'"a":' + b"[" * 16 + b"]" * 16 + b",",
    b'"a":' + b'{"b":' * 16,
    b'"x":9999999999999999999999,', b"{},", b'"x":\xff,', b"//", b"'", b"NaN", b"Infinity", b"+1", b".5", b"01",
    b"\x0c",
]
_ENDINGS = [b"x", b"{}", b" {}", b",", b"}", b"\0", b"\0\0\0", b"\n]", b"\xff", b"<!-- -->", b"]", b" \t\r\n", b"\n"]
# Bodies that are tried as they are, as every kind of document.
WHOLE = [
    b"", b" ", b"\r\n\t ", b"<html><body>502 Bad Gateway</body></html>", b"\r\n <!DOCTYPE html>", b"<",
    b"Bad Gateway", b"[]", b"[{}]",
    b"1", b"-", b"-1", b"1.5", b"1e", b'"text"', b'"', b"null", b"nul", b"nulx", b"true", b" false ", b"\0", b"\0{}",
    b"\xef\xbb\xbf{}",
    b"{}", b"{", b"{ ", b'{"', b'{"a', b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b"{}}", b"{}\0", b"}", b"{,}",
    b"{{}}", b'{"a":1 "b":2}',
    b'{"a" 1}', b'{"a":1,}', b"{1:2}", b"{null:1}", b"[" * 40, b'{"a":' * 40, b'{"a":' + b"[" * 40, b"\xff", b'"\xff"',
    b'{"ResultItem":[', b'{"ResultItem":[]', b'{"PairList":[{}]}', b'{"ResultItem":null}', b'{"PairList":[1]}',
    b'{"ResultItem":[null]}', b'{"ResultItem":[[]]}', b'{"PairList":"x"}',
    b'{"a":"\xed\xa0', b'{"a":"\xed\x9f', b'{"a":"\xe0\x80', b'{"a":"\xe0\xa0', b'{"a":"\xf4\x90', b'{"a":"\xf4\x8f',
    b'{"a":"\xf0\x8f\x80', b'{"a":"\xf0\x9f\x98', b'{"a":"\xc1', b'{"a":"\xc2', b'{"a":"\xf5', b'{"a":"\\n\xe5\xa5',
    b'{"ErrorCode":2147483648}', b'{"ErrorCode":1e300}', b'{"ResultItem":[{"ResultCode":-9223372036854775809}]}',
    b'{"ResultItem":[],"ResultItem":[{},{},{},{},{},{}]}',
    b'{"CallbackCommand":"Other"}', b'{"PairList":[],"CallbackCommand":"Other"}',
    b'{"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"PairList":[]}',
]


class Maker:
    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def documents(self, count: int) -> List[Document]:
        """`count` documents, of which every other one is damaged."""
        return [self._next(is_damaged=number % 2 == 1) for number in range(count)]

    # --- Chance

    def _below(self, bound: int) -> int:
        return int(self._chance.random() * bound)

    def _one_in(self, bound: int) -> bool:
        return self._chance.random() * bound < 1

    def _any(self, choices: Sequence[T]) -> T:
        return choices[int(self._chance.random() * len(choices))]

    # --- Documents

    def _next(self, is_damaged: bool) -> Document:
        kind = self._any(_KINDS)
        if is_damaged and self._one_in(40):
            return Document(kind, self._any(WHOLE))
        self._line, self._colon = self._any(_LINES), self._any(_COLONS)
        self._is_plain, self._is_surprising = self._one_in(2), self._one_in(3)
        members = self._event() if kind == "event" else self._response(with_items=kind == "friend_delete")
        if self._is_surprising:
            for _ in range(self._below(3)):
                members.insert(self._below(len(members) + 1), (self._unknown_name(kind), self._any(_UNKNOWN)))
            if self._one_in(4):
                self._chance.shuffle(members)
            if self._one_in(8):
                members.append(self._any(members))
            if self._one_in(8):
                del members[self._below(len(members))]
        body = self._object(members).encode("utf-8")
        return Document(kind, self._damaged(body) if is_damaged else body)

    def _response(self, with_items: bool) -> List[Tuple[str, str]]:
        members = [("ActionStatus", self._any(['"OK"', '"OK"', '"FAIL"', '""'])), ("ErrorCode", self._any(_NUMBERS)),
                   ("ErrorInfo", self._text()), ("ErrorDisplay", self._text())]
        if self._one_in(2):
            members.append(("RequestId", self._text()))
        if with_items or self._one_in(8):
            item = [("To_Account", self._account), ("ResultCode", self._code), ("ResultInfo", self._info)]
            members.insert(0 if self._one_in(2) else 4, ("ResultItem", self._list(item)))
        return members

    def _event(self) -> List[Tuple[str, str]]:
        members = [("CallbackCommand", '"Sns.CallbackFriendDelete"')]
        members.append(("PairList", self._list([("From_Account", self._account), ("To_Account", self._account)])))
        if self._one_in(2):
            members.append(("ClientIP", '"192.0.2.1"'))
        if self._one_in(2):
            members.append(("OptPlatform", self._any(_PLATFORMS)))
        if self._one_in(2):
            members.append(("RequestId", self._text()))
        return members

    def _list(self, item: List[Tuple[str, Callable[[], str]]]) -> str:
        items = []
        for _ in range(self._below(self._any([3, 8, 8, 40]))):
            members = [(name, value()) for name, value in item]
            if self._is_surprising and self._one_in(4):
                members.insert(self._below(len(members) + 1), ("Why", self._any(_UNKNOWN)))
                if self._one_in(2):
                    self._chance.shuffle(members)
                if self._one_in(4):
                    members.append(self._any(members))
                if self._one_in(4):
                    del members[self._below(len(members))]
            items.append(self._object(members))
        return "[" + self._line + ("," + self._line).join(items) + self._line + "]"

    def _object(self, members: List[Tuple[str, str]]) -> str:
        line, colon = self._line, self._colon
        return "{" + line + ("," + line).join([f'"{name}"{colon}{value}' for name, value in members]) + line + "}"

    def _unknown_name(self, kind: str) -> str:
        name = self._any(_NAMES)
        # The list under its own name would have to be one.
        return "Other" if (kind, name) in (("friend_delete", "ResultItem"), ("event", "PairList")) else name

    def _text(self) -> str:
        return '""' if self._is_plain else f'"{self._any(_TEXTS)}"'

    def _account(self) -> str:
        return f'"user{self._below(10 ** self._below(12))}{"" if self._is_plain else self._any(_TEXTS)}"'

    def _code(self) -> str:
        return "0" if self._is_plain else self._any(_NUMBERS)

    def _info(self) -> str:
        return self._text()

    # --- Damage

    def _damaged(self, body: bytes) -> bytes:
        for _ in range(1 + self._below(3)):
            at = self._below(len(body) + 1)
            how = self._below(9)
            if how == 0:
                body = body[:at] + self._any(_FRAGMENTS) + body[at:]
            elif how == 1:
                body = body[:at] + body[at + 1 + self._below(4):]
            elif how == 2:
                body = body[:at] + bytes([self._below(256)]) + body[at + 1:]
            elif how == 3 and at < len(body):
                body = body[:at] + bytes([body[at] ^ 1 << self._below(8)]) + body[at + 1:]
            elif how == 4:
                begin = self._below(len(body) + 1)
                body = body[:at] + body[begin:begin + self._below(80)] + body[at:]
            elif how == 5:
                body = body[:at] if self._one_in(3) else body
            elif how == 6:
                body += self._any(_ENDINGS) if self._one_in(3) else b""
            elif how == 7:
                # Between two members, where it can change what is said.
                comma = body.find(b'"', at)
                body = body[:comma] + self._any(_FRAGMENTS) + body[comma:] if comma >= 0 else body
            else:
                begin, end = body.find(b":", at) + 1, body.find(b",", at)
                body = body[:begin] + self._any(_FRAGMENTS) + body[end:] if 0 < begin < end else body
        return body
