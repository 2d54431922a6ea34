"""Who exists, and who is on whose friend list.

Every account has a list of its own, so friendship can be two-way (each is on the other's list) or one-way.
An account exists from the moment that it is named here.
"""

from __future__ import annotations

import enum
import threading
from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

Pair = Tuple[str, str]  # the second account left the first one's list


class Outcome(enum.IntEnum):
    DELETED = enum.auto()
    NOT_A_FRIEND = enum.auto()
    NO_SUCH_ACCOUNT = enum.auto()


class Deletion(NamedTuple):
    outcomes: List[Outcome]  # one for each account asked about, in order
    pairs: List[Pair]


class EndlessList(Exception):
    """A list that holds everyone cannot be walked."""


class FriendList:
    """A set of accounts, or with `everyone` the complement of one."""

    __slots__ = ("everyone", "_named")

    def __init__(self, everyone: bool) -> None:
        self.everyone = everyone
        self._named: Set[str] = set()

    def __contains__(self, account: str) -> bool:
        return (account in self._named) != self.everyone

    def add(self, account: str) -> None:
        (self._named.discard if self.everyone else self._named.add)(account)

    def take(self, account: str) -> bool:
        """Removes `account`; False when it was not there."""
        if (account in self._named) == self.everyone:
            return False
        (self._named.add if self.everyone else self._named.remove)(account)
        return True

    def members(self) -> List[str]:
        if self.everyone:
            raise EndlessList
        return sorted(self._named)


class FriendGraph:
    """Safe to use from many threads; each method is one atomic step.

    With `everyone_is_friends` every account exists and is on every list until it is deleted from it: what a test
    with a million accounts needs, without naming them first.
    """

    def __init__(self, everyone_is_friends: bool = False) -> None:
        self._everyone = everyone_is_friends
        self._lists: Dict[str, FriendList] = {}
        self._lock = threading.RLock()

    def add_account(self, account: str) -> None:
        with self._lock:
            self._list_of(account)

    def befriend(self, of: str, friends: Iterable[str], one_way: bool = False) -> None:
        """Puts `friends` on the list of `of`, and `of` on theirs unless `one_way`. All of them exist from then on."""
        with self._lock:
            own = self._list_of(of)
            for friend in friends:
                theirs = self._list_of(friend)
                own.add(friend)
                if not one_way:
                    theirs.add(of)

    def exists(self, account: str) -> bool:
        with self._lock:
            return self._everyone or account in self._lists

    def is_friend(self, of: str, account: str) -> bool:
        """Whether `account` is on the list of `of`."""
        with self._lock:
            own = self._find(of)
            return own is not None and account in own

    def friends(self, of: str) -> List[str]:
        """The list of `of`, sorted; empty when there is no such account. EndlessList when it holds everyone."""
        with self._lock:
            own = self._find(of)
            return [] if own is None else own.members()

    def delete(self, of: str, accounts: Iterable[str], both: bool) -> Deletion:
        """Takes `accounts` off the list of `of`, and with `both` also `of` off theirs.

        An account that is not on the list of `of` is left alone, whatever its own list says. KeyError when `of`
        does not exist.
        """
        outcomes: List[Outcome] = []
        pairs: List[Pair] = []
        with self._lock:
            own = self._find(of)
            if own is None:
                raise KeyError(of)
            for account in accounts:
                if own.take(account):
                    outcomes.append(Outcome.DELETED)
                    pairs.append((of, account))
                    if both and self._list_of(account).take(of):
                        pairs.append((account, of))
                elif self._everyone or account in self._lists:
                    outcomes.append(Outcome.NOT_A_FRIEND)
                else:
                    outcomes.append(Outcome.NO_SUCH_ACCOUNT)
        return Deletion(outcomes, pairs)

    def delete_all(self, of: str, both: bool) -> List[Pair]:
        """Empties the list of `of`. KeyError when `of` does not exist, EndlessList when the list holds everyone."""
        with self._lock:
            own = self._find(of)
            if own is None:
                raise KeyError(of)
            return self.delete(of, own.members(), both).pairs

    def _find(self, account: str) -> Optional[FriendList]:
        return self._list_of(account) if self._everyone else self._lists.get(account)

    def _list_of(self, account: str) -> FriendList:
        found = self._lists.get(account)
        if found is None:
            found = self._lists[account] = FriendList(self._everyone)
        return found
