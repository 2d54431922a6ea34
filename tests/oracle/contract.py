"""What decoding a document has to give, by the documents of the service and those of this library alone.

A reader of JSON (RFC 8259) and of UTF-8 (RFC 3629) that finds the first fault of a document, in the order of its bytes.
What it accepts, Python's own reader has to accept too, and the values are those that Python's reader found.
"""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

ABSENT = "-"  # the code of a member that is absent
DEPTH = 16  # levels of nesting, the root included
INT32 = range(-(2 ** 31), 2 ** 31)

_SPACE = re.compile(rb"[ \t\n\r]*")
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_NUMBER_BEGUN = re.compile(rb"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?)?")
_UTF8 = (rb"[\xC2-\xDF][\x80-\xBF]|\xE0[\xA0-\xBF][\x80-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]{2}|"
         rb"\xED[\x80-\x9F][\x80-\xBF]|"
         rb"\xF0[\x90-\xBF][\x80-\xBF]{2}|[\xF1-\xF3][\x80-\xBF]{3}|\xF4[\x80-\x8F][\x80-\xBF]{2}")
# The inside of a string, up to its closing quote or its first fault.
_TEXT = re.compile(rb'(?:[\x20\x21\x23-\x5B\x5D-\x7F]+|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4}|' + _UTF8 + rb")*")
_UTF8_BEGUN = re.compile(rb"[\xC2-\xF4]|\xE0[\xA0-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]|\xED[\x80-\x9F]|"
                         rb"\xF0[\x90-\xBF][\x80-\xBF]?|"
                         rb"[\xF1-\xF3][\x80-\xBF]{1,2}|\xF4[\x80-\x8F][\x80-\xBF]?")
_ESCAPE_BEGUN = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3})?")
_LOW = re.compile(rb"\\u[dD][c-fC-F][0-9A-Fa-f]{2}")
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)
_SURROGATE = re.compile("[\uD800-\uDFFF]")
_WORDS = {0x6E: b"null", 0x74: b"true", 0x66: b"false"}

Value = Union[str, int]


class Member(NamedTuple):
    kind: type  # str or int
    first_counts: bool = False  # of repeated ones, else the last


class Schema(NamedTuple):
    head: Dict[str, Member]
    items: str = ""  # the member that is the list
    item: Dict[str, Member] = {}
    needs_every_text: bool = False


_RESPONSE = {"ActionStatus": Member(str), "ErrorCode": Member(int), "ErrorInfo": Member(str),
             "ErrorDisplay": Member(str), "RequestId": Member(str)}
COMMAND = "Sns.CallbackFriendDelete"
SCHEMAS = {
    "friend_delete": Schema(_RESPONSE, "ResultItem",
                            {"To_Account": Member(str), "ResultCode": Member(int), "ResultInfo": Member(str)}),
    "friend_delete_all": Schema(_RESPONSE),
    "event": Schema({"CallbackCommand": Member(str, first_counts=True), "ClientIP": Member(str),
                     "OptPlatform": Member(str), "RequestId": Member(str)},
                    "PairList", {"From_Account": Member(str), "To_Account": Member(str)}, needs_every_text=True),
}
PLATFORMS = ["restapi", "web", "android", "ios", "windows", "mac", "ipad", "unknown"]


class Refusal(Exception):
    """`name` of the error, and the bytes that its offset may point to, the last included."""

    def __init__(self, name: str, first: int, last: int) -> None:
        super().__init__(name)
        self.name, self.first, self.last = name, first, last


class Content(NamedTuple):
    head: Dict[str, Value]
    items: Optional[List[Dict[str, Value]]]  # None: there is no list
    lists: int  # how often the list comes
    depth: int


class Reader:
    """Reads one document. `content` is what it says; Refusal when it has a fault."""

    def __init__(self, schema: Schema, body: bytes, max_depth: int = DEPTH, may_repeat: bool = True) -> None:
        self._schema, self._body, self._max_depth, self._may_repeat = schema, body, max_depth, may_repeat
        self._at = self._depth = self._deepest = self._lists = 0
        self._items: Optional[List[Dict[str, Value]]] = None
        self._space()
        if self._at == len(body):
            raise Refusal("empty_body", 0, len(body))
        if body[self._at] == 0x3C:
            raise Refusal("html_body", self._at, self._at)
        if body[self._at] != 0x7B:
            self._refuse_root()
        head = self._object(schema.head, is_root=True)
        self._space()
        if self._at != len(body):
            raise Refusal("trailing_bytes", self._at, self._at)
        self.content = Content(head, self._items, self._lists, self._deepest)

    def _space(self) -> None:
        self._at = _SPACE.match(self._body, self._at).end()  # type: ignore[union-attr]

    def _end_or(self, name: str, first: int, last: int) -> Refusal:
        """The fault of a token that may have been cut short."""
        if last >= len(self._body):
            return Refusal("truncated_json", len(self._body), len(self._body))
        return Refusal(name, first, last)

    def _expect(self, *allowed: int) -> int:
        """Moves past one of the bytes, behind white space."""
        self._space()
        if self._at >= len(self._body) or self._body[self._at] not in allowed:
            raise self._end_or("malformed_json", self._at, self._at)
        self._at += 1
        return self._body[self._at - 1]

    def _refuse_root(self) -> None:
        """The document is not an object: it is other JSON, or none."""
        begin = self._at
        if self._body[begin] == 0x5B:
            raise Refusal("not_an_object", begin, begin + 1)
        self._scalar()
        raise Refusal("not_an_object", begin, self._at)

    def _open(self) -> None:
        self._depth += 1
        self._deepest = max(self._deepest, self._depth)
        if self._depth > self._max_depth:
            raise Refusal("nesting_too_deep", self._at, self._at + 1)
        self._at += 1

    def _object(self, members: Dict[str, Member], is_root: bool = False) -> Dict[str, Value]:
        self._open()
        values: Dict[str, Value] = {}
        self._space()
        if self._body[self._at:self._at + 1] == b"}":
            self._at += 1
        else:
            while True:
                self._expect(0x22)
                name = self._text()
                self._expect(0x3A)
                self._space()
                if is_root and name == self._schema.items and name:
                    self._list()
                else:
                    self._member(values, name, members.get(name))
                if self._expect(0x2C, 0x7D) == 0x7D:
                    break
        self._depth -= 1
        return values

    def _member(self, values: Dict[str, Value], name: str, member: Optional[Member]) -> None:
        begin = self._at
        if member is None:
            self._any()
        elif self._body[begin:begin + 1] in (b"{", b"["):
            self._open()
            raise Refusal("wrong_type", begin, begin + 1)
        else:
            value = self._scalar()
            if member.kind is str and not isinstance(value, str):
                raise Refusal("wrong_type", begin, self._at)
            if member.kind is int:
                self._check_integer(value, begin)
            if not (member.first_counts and name in values):
                values[name] = value

    def _check_integer(self, value: Any, begin: int) -> None:
        if isinstance(value, float):
            raise Refusal("integer_out_of_range" if abs(value) >= 2.0 ** 63 else "wrong_type", begin, self._at)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refusal("wrong_type", begin, self._at)
        if value not in INT32:
            raise Refusal("integer_out_of_range", begin, self._at)

    def _list(self) -> None:
        begin = self._at
        if self._body[begin:begin + 1] == b"{":
            self._open()
            raise Refusal("wrong_type", begin, begin + 1)
        if self._body[begin:begin + 1] != b"[":
            self._scalar()
            raise Refusal("wrong_type", begin, self._at)
        self._open()
        self._lists += 1
        if self._lists > 1 and not self._may_repeat:
            raise Refusal("repeated_items", begin, begin + 1)
        self._items = []
        self._space()
        if self._body[self._at:self._at + 1] == b"]":
            self._at += 1
        else:
            while True:
                self._space()
                self._items.append(self._item())
                if self._expect(0x2C, 0x5D) == 0x5D:
                    break
        self._depth -= 1

    def _item(self) -> Dict[str, Value]:
        begin = self._at
        if self._body[begin:begin + 1] == b"[":
            self._open()
            raise Refusal("wrong_type", begin, begin + 1)
        if self._body[begin:begin + 1] != b"{":
            self._scalar()
            raise Refusal("wrong_type", begin, self._at)
        item = self._object(self._schema.item)
        if self._schema.needs_every_text and not all(item.get(name) for name in self._schema.item):
            raise Refusal("missing_member", self._at - 1, self._at)
        return item

    def _any(self) -> None:
        """Passes over the value of an unknown member."""
        first = self._body[self._at:self._at + 1]
        if first == b"{":
            self._object({})
        elif first == b"[":
            self._open()
            self._space()
            if self._body[self._at:self._at + 1] == b"]":
                self._at += 1
            else:
                while True:
                    self._space()
                    self._any()
                    if self._expect(0x2C, 0x5D) == 0x5D:
                        break
            self._depth -= 1
        else:
            self._scalar()

    def _scalar(self) -> Any:
        """A string, a number, or None for the three words."""
        body, begin = self._body, self._at
        if begin >= len(body):
            raise Refusal("truncated_json", len(body), len(body))
        first = body[begin]
        if first == 0x22:
            self._at += 1
            return self._text()
        if first in _WORDS:
            word = _WORDS[first]
            for expected in word:
                if self._at >= len(body) or body[self._at] != expected:
                    raise self._end_or("malformed_json", begin, self._at)
                self._at += 1
            return None
        if first == 0x2D or 0x30 <= first <= 0x39:
            return self._number()
        raise Refusal("malformed_json", begin, begin)

    def _number(self) -> Union[int, float]:
        begin = self._at
        number = _NUMBER.match(self._body, begin)
        begun = _NUMBER_BEGUN.match(self._body, begin).end()  # type: ignore[union-attr]
        if number is None or number.end() != begun:
            raise self._end_or("malformed_json", begin, begun)
        self._at = begun
        text = number.group().decode("ascii")
        return int(text) if number.group(1) is None and number.group(2) is None else float(text)

    def _text(self) -> str:
        """A string whose opening quote was read. Its first fault is the one that is reported; a low surrogate that
        stands alone is found when the string is known to be whole."""
        body, begin = self._body, self._at
        end = _TEXT.match(body, begin).end()  # type: ignore[union-attr]
        inside = body[begin:end]
        if b"\\u" in inside:
            self._check_high_surrogates(begin, end)
        if end < len(body) and body[end] == 0x22:
            self._at = end + 1
            text: str = json.loads(body[begin - 1:end + 1].decode("utf-8"), strict=False)
            if _SURROGATE.search(text) is not None:
                raise Refusal("invalid_utf8", begin - 1, end + 1)
            return text
        if end < len(body) and body[end] >= 0x80:
            if _UTF8_BEGUN.fullmatch(body, end):
                raise Refusal("truncated_json", len(body), len(body))
            raise Refusal("invalid_utf8", begin - 1, end + 3)
        escape = _ESCAPE_BEGUN.match(body, end)
        raise self._end_or("malformed_json", begin - 1, end if escape is None else escape.end())

    def _check_high_surrogates(self, begin: int, end: int) -> None:
        body = self._body
        at = begin
        while True:
            escape = _ESCAPE.search(body, at, end)
            if escape is None:
                return
            at = escape.end()
            if escape.group(1) is None or not 0xD800 <= int(escape.group(1), 16) < 0xDC00:
                continue
            if _LOW.match(body, at, end):
                at += 6
            elif at == end and (end == len(body) or body[end] == 0x5C):
                # What follows is not a whole escape: it may have been cut short, or be none.
                if body[end:end + 2] not in (b"", b"\\", b"\\u"):
                    raise Refusal("invalid_utf8", begin - 1, at + 6)
                return
            else:
                raise Refusal("invalid_utf8", begin - 1, at + 6)


class Outcome(NamedTuple):
    """What a storage has to hold."""

    name: str
    first: int  # where the detail of the error may point to
    last: int
    values: bytes


class Storage(NamedTuple):
    name: str
    capacity: Optional[int] = None
    max_depth: int = DEPTH
    is_callback: bool = False
    may_repeat: bool = True


_ITEM_STORAGES = [
    Storage("a vector of views"), Storage("a vector that owns its texts"), Storage("a pmr::vector"),
    Storage("inline_items<3>", 3), Storage("inline_items<3> that own their texts", 3), Storage("an item_span of 5", 5),
    Storage("the default", 1000), Storage("a vector, within 5 levels", max_depth=5),
    Storage("a callback", is_callback=True, may_repeat=False), Storage("a callback that can restart", is_callback=True),
]
STORAGES = {
    "friend_delete": _ITEM_STORAGES,
    "friend_delete_all": [Storage("views"), Storage("texts of its own"), Storage("within 5 levels", max_depth=5)],
    "event": _ITEM_STORAGES,
}


def decode(kind: str, body: bytes, padding: int = 0) -> List[Outcome]:
    """What each storage has to hold after `body`, which `padding` NULs follow."""
    if len(body) + padding >= 2 ** 32:
        limit = 2 ** 32 - 1
        return [_refused(kind, storage, Refusal("body_too_large", limit, limit)) for storage in STORAGES[kind]]
    body += bytes(padding)
    read: Dict[Tuple[int, bool], Union[Content, Refusal]] = {}
    outcomes = []
    for storage in STORAGES[kind]:
        how = (storage.max_depth, storage.may_repeat)
        if how not in read:
            read[how] = _read(kind, body, *how)
        found = read[how]
        if isinstance(found, Refusal):
            outcomes.append(_refused(kind, storage, found))
        else:
            outcomes.append(_accepted(kind, storage, found))
    return outcomes


def _read(kind: str, body: bytes, max_depth: int, may_repeat: bool) -> Union[Content, Refusal]:
    schema = SCHEMAS[kind]
    try:
        if kind == "event" and _begins_with_other_command(body):
            return Refusal("webhook_other_command", 0, 0)
        content = Reader(schema, body, max_depth, may_repeat).content
    except Refusal as refusal:
        return refusal
    _assert_python_agrees(schema, body, content)
    if kind == "event":
        command = content.head.get("CallbackCommand", "")
        if not command:
            return Refusal("missing_member", len(body), len(body))
        if command != COMMAND:
            return Refusal("webhook_other_command", 0, 0)
        if content.items is None:
            return Refusal("missing_member", len(body), len(body))
    return content


def _begins_with_other_command(body: bytes) -> bool:
    """The first check is for posts as the service writes them, in which CallbackCommand comes first and has no
    escape."""
    begin = re.match(rb'[ \t\n\r]*\{[ \t\n\r]*"CallbackCommand"[ \t\n\r]*:[ \t\n\r]*"', body)
    if begin is None:
        return False
    end = _TEXT.match(body, begin.end()).end()  # type: ignore[union-attr]
    command = body[begin.end():end]
    return body[end:end + 1] == b'"' and b"\\" not in command and command not in (b"", COMMAND.encode())


def _assert_python_agrees(schema: Schema, body: bytes, content: Content) -> None:
    pairs: List[Tuple[str, Any]] = json.loads(body.decode("utf-8"), object_pairs_hook=list)
    head: Dict[str, Any] = {}
    items = None
    for name, value in pairs:
        if name == schema.items and name:
            items = [{key: each for key, each in item if key in schema.item} for item in value]
        elif name in schema.head and not (schema.head[name].first_counts and name in head):
            head[name] = value
    if head != content.head or items != content.items:
        raise AssertionError(f"Python's reader finds other values in {body!r}")


def _netstring(value: Value) -> bytes:
    text = value.encode("utf-8") if isinstance(value, str) else b"%d" % value
    return b"%d:%b," % (len(text), text)


def _head(kind: str, head: Dict[str, Value], omitted: int) -> bytes:
    if kind == "event":
        platform = str(head.get("OptPlatform", ""))
        lower = "".join(c.lower() if c.isascii() else c for c in platform)
        number = 0 if platform == "" else PLATFORMS.index(lower) + 1 if lower in PLATFORMS else len(PLATFORMS) + 1
        return b"".join(map(_netstring, ["-", head.get("ClientIP", ""), number, platform, head.get("RequestId", ""),
                                        omitted]))
    status, code = head.get("ActionStatus", ""), head.get("ErrorCode", ABSENT)
    is_ok = code == 0 and status in ("", "OK") and omitted == 0
    values = [status, code, head.get("ErrorInfo", ""), head.get("ErrorDisplay", ""), head.get("RequestId", ""),
              int(is_ok)]
    return b"".join(map(_netstring, values))


def _values(kind: str, storage: Storage, head: Dict[str, Value], items: List[Dict[str, Value]], omitted: int) -> bytes:
    if kind == "friend_delete_all":
        return _head(kind, head, omitted)
    out = []
    for item in items:
        if kind == "event":
            out += [item["From_Account"], item["To_Account"]]
        else:
            out += [item.get("To_Account", ""), item.get("ResultCode", ABSENT), item.get("ResultInfo", "")]
    texts = b"".join(map(_netstring, out))
    if kind == "event":
        return texts + _head(kind, head, omitted)
    texts += _netstring("-") + _head(kind, head, omitted) + _netstring(omitted)
    if not storage.is_callback:
        texts += _netstring(sum(item.get("ResultCode", ABSENT) != 0 for item in items))
    return texts


def _refused(kind: str, storage: Storage, refusal: Refusal) -> Outcome:
    return Outcome(refusal.name, refusal.first, refusal.last, _values(kind, storage, {}, [], 0))


def _accepted(kind: str, storage: Storage, content: Content) -> Outcome:
    items = content.items or []
    kept = items if storage.capacity is None else items[:storage.capacity]
    omitted = len(items) - len(kept)
    values = _values(kind, storage, content.head, kept, omitted)
    if omitted:
        return Outcome("too_many_items", len(items), len(items), values)
    return Outcome("none", 0, 0, values)
