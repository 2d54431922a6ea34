"""The service's own part: from a request to an answer, with no socket.

Implements "Deleting Friends", "Deleting All Friends" and "RESTful API Overview" as a strict judge: whatever a
document does not allow is refused, with an ErrorInfo that names it:

    HTTP itself, the method, the content type; a query parameter that is repeated, unknown, badly
    encoded or of the wrong form                                                                60002
    the path                                                                                    60009
    sdkappid missing, not a number, another app's                                 60012, 60006, 70020
    more calls than the quota                                                                   60011
    identifier, usersig or contenttype missing or of the wrong form                             60025
    a UserSig that is empty, unparsable, another app's, another identifier's, forged, expired
                                                             70002, 70003, 70014, 70013, 70009, 70001
    an identifier that is not the administrator's                                               60010
    a body that is not one JSON object                                                          60003
    an account that is not a string                                                             60015
    a member missing, unknown or of another wrong form; a UserID that is none                   30001
    with write conflicts, a From_Account of which another call is under way                     30008
    a From_Account that does not exist                                                          30003

The quota is the SDKAppID's and not a single command's, which is what 60011 says and 60007 does not. Every call
that names the app counts, whatever its answer, but for those that the quota itself refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import codes
import command as commands
import query_string
import spoiling
import strict_json
import user_sig
from codes import Refused
from command import FRIEND_DELETE, FRIEND_DELETE_ALL, Command
from deletion_record import Deletion, DeletionRecord
from faults import ITEM_PREFIXES, Fault, Faults, Unreadable
from friend_graph import EndlessList, FriendGraph, Outcome, Pair
from in_progress import InProgress
from messages import Answer, Request
from options import Options
from quota import Quota
from weather import Weather

_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_NUMBER = 4294967295
_PARAMETERS = ("sdkappid", "identifier", "usersig", "random", "contenttype")
_CONTENT_TYPE = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)


class Credentials(NamedTuple):
    sdk_app_id: int
    identifier: str
    secret_key: str


@dataclass
class Api:
    """Safe to use from many threads.

    `now` answers Unix time, `clock` monotonic seconds; `sleep` takes seconds and returns when they are over.
    `after_deletion` is called, on the thread of the call and before its answer, with the pairs of which the second
    account left the first one's list; not when none did, and not by friend_delete_all, which makes no webhook.
    """

    credentials: Credentials
    graph: FriendGraph
    quota: Quota
    weather: Weather
    record: DeletionRecord
    options: Options
    now: Callable[[], float]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    after_deletion: Callable[[List[Pair]], None]
    in_progress: InProgress = field(default_factory=InProgress)

    def __post_init__(self) -> None:
        self._faults = Faults()

    def handle(self, request: Request) -> Answer:
        try:
            throttled = self._admit(request)
            if throttled is not None:
                return self._fail(throttled, request)
            return self._obey(commands.read(request.path, request.body), request)
        except Refused as refused:
            return self._refusal(refused.code, refused.info, request)

    def _admit(self, request: Request) -> Optional[Fault]:
        """Checks everything but the body. Returns how the quota refuses the call, if it does."""
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
        throttled = self.quota.refusal()
        if throttled is not None:
            return throttled
        _check_parameters(parameters)
        user_sig.verify(parameters["usersig"], identifier=parameters["identifier"], now=self.now(),
                        sdk_app_id=self.credentials.sdk_app_id, key=self.credentials.secret_key)
        if parameters["identifier"] != self.credentials.identifier:
            raise Refused(codes.ADMINISTRATOR_NEEDED)
        return None

    def _check_app(self, parameters: Dict[str, str]) -> None:
        if "sdkappid" not in parameters:
            raise Refused(codes.SDK_APP_ID_MISSING)
        if not _is_number(parameters["sdkappid"]) or parameters["sdkappid"] == "0":
            raise Refused(codes.SDK_APP_ID_INVALID)
        if int(parameters["sdkappid"]) != self.credentials.sdk_app_id:
            raise Refused(codes.SDK_APP_ID_UNKNOWN)

    def _obey(self, command: Command, request: Request) -> Answer:
        """The answer to a call that passed the checks; until the answer leaves, the call is under way."""
        self.record.ask(command.from_account, command.to_accounts or ())
        beside, finish = self.in_progress.begin(command.from_account)
        try:
            answer = self._judge(command, beside, request)
        except Refused as refused:
            answer = self._refusal(refused.code, refused.info, request)
        return replace(answer, finished=finish)

    def _judge(self, command: Command, beside: bool, request: Request) -> Answer:
        """`beside`: another call of the same From_Account is under way."""
        if beside and self.options.write_conflicts:
            raise Refused(codes.WRITE_CONFLICT)
        verdict = self.weather.meet(request, command)
        try:
            fault = self._faults.of_call(command.from_account) or verdict.call
        except Unreadable as unreadable:
            raise Refused(codes.PARAMETER_INCORRECT, str(unreadable)) from None
        if fault is None:
            return self._run(command, verdict.items, request)
        if fault.acts:
            return self._fail_after(fault, command, verdict.items, request)
        return self._fail(fault, request)

    def _run(self, command: Command, struck: Dict[int, Fault], request: Request, pretty: bool = False,
             info: str = "0") -> Answer:
        """Does the call. `struck` are the accounts that the weather makes fail, by their index."""
        if not self.graph.exists(command.from_account):
            raise Refused(codes.ACCOUNT_DOES_NOT_EXIST, "From_Account does not exist")
        members: Dict[str, Any] = {}
        if command.to_accounts is None:
            self._delete_all(command, request)
        else:
            members["ResultItem"] = self._delete(command, command.to_accounts, struck, request)
        members.update(ActionStatus="OK", ErrorCode=0, ErrorInfo=info, ErrorDisplay="")
        return self._answer(members, request, pretty)

    def _delete_all(self, command: Command, request: Request) -> None:
        try:
            pairs = self.graph.delete_all(command.from_account, command.both)
        except EndlessList:
            raise Refused(codes.PARAMETER_INCORRECT, "everyone is a friend here: the list has no end") from None
        self.record.delete(pairs, Deletion(self.clock(), request.number))

    def _delete(self, command: Command, accounts: List[str], struck: Dict[int, Fault],
                request: Request) -> List[Dict[str, Any]]:
        """The ResultItem of each of `accounts`."""
        failing = {index: fault for index, fault in struck.items() if index < len(accounts)}
        failing.update(self._named_items(command.from_account, accounts))
        spared = {index for index, fault in failing.items() if not fault.acts}
        asked = [account for index, account in enumerate(accounts) if index not in spared] if spared else accounts
        deletion = self.graph.delete(command.from_account, asked, command.both)
        if deletion.pairs:
            self.record.delete(deletion.pairs, Deletion(self.clock(), request.number))
            self.after_deletion(deletion.pairs)
        results = [self._result_code(outcome) for outcome in deletion.outcomes]
        for index in sorted(spared):
            results.insert(index, failing[index].argument)
        for index, fault in failing.items():
            results[index] = fault.argument
        return [{"To_Account": account, "ResultCode": code, "ResultInfo": self._result_info(code)}
                for account, code in zip(accounts, results)]

    def _named_items(self, from_account: str, accounts: List[str]) -> Dict[int, Fault]:
        """The faults that the accounts' own names ask for, by their index."""
        failing: Dict[int, Fault] = {}
        try:
            for index in [index for index, account in enumerate(accounts) if account.startswith(ITEM_PREFIXES)]:
                fault = self._faults.of_item(from_account, accounts[index])
                if fault is not None:
                    failing[index] = fault
        except Unreadable as unreadable:
            raise Refused(codes.PARAMETER_INCORRECT, str(unreadable)) from None
        return failing

    def _result_code(self, outcome: Outcome) -> int:
        if outcome is Outcome.DELETED:
            return 0
        return self.options.not_a_friend if outcome is Outcome.NOT_A_FRIEND else codes.ACCOUNT_DOES_NOT_EXIST

    def _result_info(self, code: int) -> str:
        if code == 0:
            return ""
        return codes.describe(codes.NOT_A_FRIEND if code == self.options.not_a_friend else code)

    def _fail(self, fault: Fault, request: Request) -> Answer:
        """Fails without having acted."""
        if fault.kind == "code":
            return self._refusal(fault.argument, codes.describe(fault.argument), request)
        return spoiling.without_acting(fault, self.now())

    def _fail_after(self, fault: Fault, command: Command, struck: Dict[int, Fault], request: Request) -> Answer:
        """Acts, and fails then."""
        kind, argument = fault.kind, fault.argument
        if kind == "late":
            self.sleep(argument / 1000)
        if kind == "code_half" and command.to_accounts is not None:
            command = command._replace(to_accounts=command.to_accounts[:(len(command.to_accounts) + 1) // 2])
        done = self._run(command, struck, request, pretty=kind == "pretty",
                         info="x" * (argument * 1024 * 1024) if kind == "huge" else "0")
        if kind in ("code_after", "code_half"):
            return self._refusal(argument, codes.describe(argument), request)
        return spoiling.spoil(done, fault)

    def _refusal(self, code: int, info: str, request: Request) -> Answer:
        return self._answer({"ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info, "ErrorDisplay": ""}, request)

    def _answer(self, members: Dict[str, Any], request: Request, pretty: bool = False) -> Answer:
        if self.options.request_ids:
            members["RequestId"] = f"stand-in-{request.number}"
        return Answer(strict_json.write(members, pretty or self.options.pretty), error_code=members["ErrorCode"])


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and int(text) <= _LARGEST_NUMBER


def _check_parameters(parameters: Dict[str, str]) -> None:
    for name in ("identifier", "usersig"):
        if name not in parameters:
            raise Refused(codes.PARAMETER_MISSING, f"{name} is missing from the URL")
    commands.refuse_unknown(parameters, _PARAMETERS, codes.HTTP_PARSE_ERROR, "query parameter")
    if not _is_number(parameters.get("random", "")):
        raise Refused(codes.HTTP_PARSE_ERROR, "random is not an integer of 0 to 4294967295")
    if parameters.get("contenttype") != "json":
        raise Refused(codes.PARAMETER_MISSING, "contenttype is not json")
