"""The service's own part: from a request to an answer, with no socket.

Implements "Deleting Friends", "Deleting All Friends" and "RESTful API Overview" as a strict judge: whatever a
document does not allow is refused, with an ErrorInfo that names it:

    HTTP itself, the method, the content type; a query parameter that is missing, repeated, unknown,
    badly encoded or of the wrong form                                                          60002
    the path                                                                                    60009
    sdkappid missing, not a number, another app's                                 60012, 60006, 70020
    more calls than the quota                                                                   60011
    identifier missing, usersig missing                                                  60004, 60005
    a UserSig that is unparsable, another app's, another identifier's, forged, expired
                                                                    70003, 70014, 70013, 70009, 70001
    an identifier that is not the administrator's                                               60010
    a body that is not one JSON object                                                          60003
    an account that is not a string                                                             60015
    a member missing, unknown or of another wrong form; a UserID that is none                   30001
    a From_Account that does not exist                                                          30003

The quota is the SDKAppID's and not a single command's, which is what 60011 says and 60007 does not. Every call
that names the app counts, whatever its answer, but for those that the quota itself refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional

import codes
import query_string
import strict_json
import user_sig
from faults import ITEM_PREFIX, Fault, Faults, Unreadable
from friend_graph import EndlessList, FriendGraph, Outcome, Pair
from messages import Answer, Delivery, Request
from quota import Quota

FRIEND_DELETE = "/v4/sns/friend_delete"
FRIEND_DELETE_ALL = "/v4/sns/friend_delete_all"
MOST_ACCOUNTS = 1000

_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_NUMBER = 4294967295
_USER_ID = re.compile(r"[ -~]{1,32}")
_PARAMETERS = ("sdkappid", "identifier", "usersig", "random", "contenttype")
_CONTENT_TYPE = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)
_DELETE_TYPES = {"Delete_Type_Single": False, "Delete_Type_Both": True}
_RESULT_CODES = {Outcome.DELETED: 0, Outcome.NOT_A_FRIEND: codes.NOT_A_FRIEND,
                 Outcome.NO_SUCH_ACCOUNT: codes.ACCOUNT_DOES_NOT_EXIST}
_PAGE = b"<!DOCTYPE html>\n<html><head><title>%d</title></head><body><h1>%d</h1></body></html>\n"


class Credentials(NamedTuple):
    sdk_app_id: int
    identifier: str
    secret_key: str


class Refused(Exception):
    def __init__(self, code: int, info: str = "") -> None:
        super().__init__(code, info)
        self.code = code
        self.info = info or codes.describe(code)


class Command(NamedTuple):
    """What a body asks for. `to_accounts` is None for friend_delete_all."""

    from_account: str
    to_accounts: Optional[List[str]]
    both: bool


@dataclass
class Api:
    """Safe to use from many threads.

    `now` answers Unix time. `after_deletion` is told, on the thread of the call and before its answer, the pairs
    of which the second account left the first one's list; it is not called when none did.
    """

    credentials: Credentials
    graph: FriendGraph
    quota: Quota
    now: Callable[[], float]
    after_deletion: Callable[[List[Pair]], None]
    pretty: bool = False

    def __post_init__(self) -> None:
        self._faults = Faults()

    def handle(self, request: Request) -> Answer:
        try:
            self._admit(request)
            command = _read_command(request.path, request.body)
            fault = self._faults.of_call(command.from_account)
            return self._run(command) if fault is None else self._fail(fault, command)
        except Refused as refused:
            return self._refusal(refused.code, refused.info)
        except Unreadable as unreadable:
            return self._refusal(codes.PARAMETER_INCORRECT, str(unreadable))

    def _admit(self, request: Request) -> None:
        """Checks everything but the body."""
        if request.problem:
            raise Refused(codes.HTTP_PARSE_ERROR, request.problem)
        if request.path not in (FRIEND_DELETE, FRIEND_DELETE_ALL):
            raise Refused(codes.RESOURCE_WRONG, f"there is no {strict_json.quote(request.path)}")
        if request.method != "POST":
            raise Refused(codes.HTTP_PARSE_ERROR, "the method is not POST")
        if not _CONTENT_TYPE.fullmatch(request.headers.get("content-type", "")):
            raise Refused(codes.HTTP_PARSE_ERROR, "the Content-Type is not application/json")
        if not request.query:
            raise Refused(codes.SDK_APP_ID_MISSING)
        try:
            parameters = query_string.parse(request.query)
        except ValueError as error:
            raise Refused(codes.HTTP_PARSE_ERROR, str(error)) from None
        self._check_app(parameters)
        if not self.quota.admit():
            raise Refused(codes.OVER_QUOTA)
        _check_parameters(parameters)
        try:
            user_sig.verify(parameters["usersig"], identifier=parameters["identifier"], now=self.now(),
                            sdk_app_id=self.credentials.sdk_app_id, key=self.credentials.secret_key)
        except user_sig.Refused as refused:
            raise Refused(refused.code, refused.reason) from None
        if parameters["identifier"] != self.credentials.identifier:
            raise Refused(codes.ADMINISTRATOR_NEEDED)

    def _check_app(self, parameters: Dict[str, str]) -> None:
        if "sdkappid" not in parameters:
            raise Refused(codes.SDK_APP_ID_MISSING)
        if not _is_number(parameters["sdkappid"]) or parameters["sdkappid"] == "0":
            raise Refused(codes.SDK_APP_ID_INVALID)
        if int(parameters["sdkappid"]) != self.credentials.sdk_app_id:
            raise Refused(codes.SDK_APP_ID_UNKNOWN)

    def _run(self, command: Command, pretty: bool = False, info: str = "0") -> Answer:
        if not self.graph.exists(command.from_account):
            raise Refused(codes.ACCOUNT_DOES_NOT_EXIST, "From_Account does not exist")
        answer: Dict[str, Any] = {}
        try:
            if command.to_accounts is None:
                pairs = self.graph.delete_all(command.from_account, command.both)
            else:
                pairs = []
                answer["ResultItem"] = self._delete(command, command.to_accounts, pairs)
        except EndlessList:
            raise Refused(codes.PARAMETER_INCORRECT, "everyone is a friend here: the list has no end") from None
        if pairs:
            self.after_deletion(pairs)
        answer.update(ActionStatus="OK", ErrorCode=0, ErrorInfo=info, ErrorDisplay="")
        return Answer(strict_json.write(answer, pretty or self.pretty), error_code=0)

    def _delete(self, command: Command, accounts: List[str], pairs: List[Pair]) -> List[Dict[str, Any]]:
        """The ResultItem of each of `accounts`; adds the pairs that parted to `pairs`."""
        failing: Dict[int, int] = {}
        for index in [index for index, account in enumerate(accounts) if account.startswith(ITEM_PREFIX)]:
            fault = self._faults.of_item(command.from_account, accounts[index])
            if fault is not None:
                failing[index] = fault.argument
        ordinary = [account for index, account in enumerate(accounts) if index not in failing]
        deletion = self.graph.delete(command.from_account, ordinary, command.both)
        pairs += deletion.pairs
        results = [_RESULT_CODES[outcome] for outcome in deletion.outcomes]
        for index in sorted(failing):
            results.insert(index, failing[index])
        return [{"To_Account": account, "ResultCode": code, "ResultInfo": codes.describe(code) if code else ""}
                for account, code in zip(accounts, results)]

    def _fail(self, fault: Fault, command: Command) -> Answer:
        kind, argument = fault.kind, fault.argument
        if kind == "http":
            return Answer(_PAGE % (argument, argument), status=argument, content_type="text/html")
        if kind == "redirect":
            return Answer(_PAGE % (307, 307), status=307, content_type="text/html",
                          headers=(("Location", "/redirected"),))
        if kind == "html":
            return Answer(_PAGE % (200, 200), content_type="text/html")
        if kind == "empty":
            return Answer(b"")
        if kind == "drop":
            return Answer(b"", delivery=Delivery.NOTHING)
        if kind == "code":
            return self._refusal(argument, codes.describe(argument))
        if kind == "pretty":
            return self._run(command, pretty=True)
        if kind == "huge":
            return self._run(command, info="x" * (argument * 1024 * 1024))
        done = self._run(command)
        if kind == "slow":
            return Answer(done.body, delay=argument / 1000, error_code=done.error_code)
        if kind == "truncate_json":
            return Answer(done.body[:len(done.body) // 2])
        return Answer(done.body, delivery=Delivery.HALF if kind == "truncate" else Delivery.NOTHING)

    def _refusal(self, code: int, info: str) -> Answer:
        answer = {"ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info, "ErrorDisplay": ""}
        return Answer(strict_json.write(answer, self.pretty), error_code=code)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and int(text) <= _LARGEST_NUMBER


def _check_parameters(parameters: Dict[str, str]) -> None:
    if "identifier" not in parameters:
        raise Refused(codes.URL_ACCOUNT_WRONG, "identifier is missing from the URL")
    if "usersig" not in parameters:
        raise Refused(codes.URL_SIGNATURE_WRONG, "usersig is missing from the URL")
    _refuse_unknown(parameters, _PARAMETERS, codes.HTTP_PARSE_ERROR, "query parameter")
    if not _is_number(parameters.get("random", "")):
        raise Refused(codes.HTTP_PARSE_ERROR, "random is not an integer of 0 to 4294967295")
    if parameters.get("contenttype") != "json":
        raise Refused(codes.HTTP_PARSE_ERROR, "contenttype is not json")


def _read_command(path: str, body: bytes) -> Command:
    try:
        members = strict_json.parse_object(body)
    except ValueError as error:
        raise Refused(codes.JSON_PARSE_ERROR, str(error)) from None
    everyone = path == FRIEND_DELETE_ALL
    known = ("From_Account", "DeleteType") if everyone else ("From_Account", "To_Account", "DeleteType")
    _refuse_unknown(members, known, codes.PARAMETER_INCORRECT, "member")
    for name in known[:-1]:
        if name not in members:
            raise Refused(codes.PARAMETER_INCORRECT, f"{name} is missing")
    _check_accounts("From_Account", [members["From_Account"]])
    delete_type = members.get("DeleteType", "Delete_Type_Single")
    if not isinstance(delete_type, str) or delete_type not in _DELETE_TYPES:
        raise Refused(codes.PARAMETER_INCORRECT, "DeleteType is neither Delete_Type_Single nor Delete_Type_Both")
    if not everyone:
        accounts = members["To_Account"]
        if not isinstance(accounts, list) or not 1 <= len(accounts) <= MOST_ACCOUNTS:
            raise Refused(codes.PARAMETER_INCORRECT, f"To_Account is not an array of 1 to {MOST_ACCOUNTS} accounts")
        _check_accounts("To_Account", accounts)
    return Command(members["From_Account"], members.get("To_Account"), _DELETE_TYPES[delete_type])


def _check_accounts(name: str, accounts: List[Any]) -> None:
    for account in accounts:
        if not isinstance(account, str):
            raise Refused(codes.ACCOUNT_OF_WRONG_TYPE, f"an account in {name} is not a string")
        if not _USER_ID.fullmatch(account):
            raise Refused(codes.PARAMETER_INCORRECT, f"{name} has {strict_json.quote(account)}, which is not a UserID")


def _refuse_unknown(names: Iterable[str], known: Iterable[str], code: int, what: str) -> None:
    for name in names:
        if name not in known:
            raise Refused(code, f"there is no {what} {strict_json.quote(name)}")
