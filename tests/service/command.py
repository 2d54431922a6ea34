"""What a body asks for, read as strictly as "Deleting Friends" and "Deleting All Friends" write it."""

from __future__ import annotations

import re
from typing import Any, Iterable, List, NamedTuple, Optional

import codes
import strict_json
from codes import Refused

FRIEND_DELETE = "/v4/sns/friend_delete"
FRIEND_DELETE_ALL = "/v4/sns/friend_delete_all"
MOST_ACCOUNTS = 1000

_USER_ID = re.compile(r"[ -~]{1,32}")
_DELETE_TYPES = {"Delete_Type_Single": False, "Delete_Type_Both": True}


class Command(NamedTuple):
    """`to_accounts` is None for friend_delete_all."""

    from_account: str
    to_accounts: Optional[List[str]]
    both: bool


def read(path: str, body: bytes) -> Command:
    """The command in `body`; Refused when there is none."""
    try:
        members = strict_json.parse_object(body)
    except ValueError as error:
        raise Refused(codes.JSON_PARSE_ERROR, str(error)) from None
    everyone = path == FRIEND_DELETE_ALL
    known = ("From_Account", "DeleteType") if everyone else ("From_Account", "To_Account", "DeleteType")
    refuse_unknown(members, known, codes.PARAMETER_INCORRECT, "member")
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


def refuse_unknown(names: Iterable[str], known: Iterable[str], code: int, what: str) -> None:
    for name in names:
        if name not in known:
            raise Refused(code, f"there is no {what} {strict_json.quote(name)}")


def _check_accounts(name: str, accounts: List[Any]) -> None:
    for account in accounts:
        if not isinstance(account, str):
            raise Refused(codes.ACCOUNT_OF_WRONG_TYPE, f"an account in {name} is not a string")
        if not _USER_ID.fullmatch(account):
            raise Refused(codes.PARAMETER_INCORRECT, f"{name} has {strict_json.quote(account)}, which is not a UserID")
