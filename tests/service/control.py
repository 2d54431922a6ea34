"""The endpoints by which a program other than the service sets it up and questions it.

    POST /control/befriend      {"of":"alice","friends":["bob","carol"],"one_way":false}
                                puts them on each other's lists, or on alice's only; `one_way` may be absent
    GET  /control/friends?of=alice
                                {"of":"alice","exists":true,"friends":["bob","carol"]}; null: everyone
    GET  /control/calls         {"calls":3,"connections":1,"error_codes":{"0":3},"over_quota":0,"busiest_second":2}

They need no UserSig and are in no count. A mistake in the request is HTTP 400 with {"error":"…"}.
"""

from __future__ import annotations

from typing import Any, Dict

import query_string
import strict_json
from call_log import CallLog
from friend_graph import EndlessList, FriendGraph
from messages import Answer, Request
from quota import Quota

PREFIX = "/control/"


class Control:
    def __init__(self, graph: FriendGraph, quota: Quota, calls: CallLog) -> None:
        self._graph = graph
        self._quota = quota
        self._calls = calls

    def handle(self, request: Request) -> Answer:
        try:
            return Answer(strict_json.write(self._answer(request)))
        except ValueError as error:
            return Answer(strict_json.write({"error": str(error)}), status=400)

    def _answer(self, request: Request) -> Dict[str, Any]:
        asked = f"{request.method} {request.path}"
        if asked == "POST /control/befriend":
            return self._befriend(strict_json.parse_object(request.body))
        if asked == "GET /control/friends":
            return self._friends(query_string.parse(request.query))
        if asked == "GET /control/calls":
            return {**self._calls.counts(), "over_quota": self._quota.refusals,
                    "busiest_second": self._quota.busiest_second()}
        raise ValueError(f"there is no {asked}")

    def _befriend(self, members: Dict[str, Any]) -> Dict[str, Any]:
        of, friends, one_way = (members.pop("of", None), members.pop("friends", None), members.pop("one_way", False))
        if members or not isinstance(of, str) or not _are_strings(friends) or not isinstance(one_way, bool):
            raise ValueError('befriend takes {"of":string,"friends":[string,…],"one_way":boolean}')
        self._graph.befriend(of, friends, one_way)
        return {"of": of, "befriended": len(friends)}

    def _friends(self, parameters: Dict[str, str]) -> Dict[str, Any]:
        if list(parameters) != ["of"]:
            raise ValueError("friends takes ?of=ACCOUNT")
        of = parameters["of"]
        try:
            friends = self._graph.friends(of)
        except EndlessList:
            return {"of": of, "exists": True, "friends": None}
        return {"of": of, "exists": self._graph.exists(of), "friends": friends}


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
