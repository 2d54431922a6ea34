"""The endpoints by which a program other than the service sets it up and questions it.

    POST /control/befriend      {"of":"alice","friends":["bob","carol"],"one_way":false}
                                puts them on each other's lists, or on alice's only; `one_way` may be absent
    POST /control/weather       {"fault":"code_after.60013","of":"alice","after":2,"times":1}
                                adds a rule; every member but the first may be absent (weather.py)
    POST /control/throttle      {"limit":20,"answer":"code.60007","begin":5,"seconds":10}
                                every member but the first may be absent (quota.py)
    POST /control/clear         {}  ends every rule and throttle
    POST /control/options       {"write_conflicts":true}  changes the options named (options.py); answers them all
    POST /control/host          {"host":0,"state":"unreachable"}  (https_server.py); not through that host itself
    GET  /control/friends?of=alice
                                {"of":"alice","exists":true,"friends":["bob","carol"]}; null: everyone
    GET  /control/calls         {"calls":3,"connections":1,"error_codes":{"0":3},"over_quota":0,"busiest_second":2,
                                "most_at_once":1,"side_by_side":0}
    GET  /control/hosts         {"hosts":[{"host":0,"port":…,"state":"up","accepted":1,"handshakes":1,"calls":3}]}
    GET  /control/requests[?of=alice]
                                {"requests":[{"number":1,"time":…,"host":0,"connection":1,"position":1,…}]}
    GET  /control/record[?of=alice]
                                {"pairs":[{"from":"alice","to":"bob","asked":2,"deletions":[{"time":…,"request":1}]}]}

They need no UserSig and are in no count. A mistake in the request is HTTP 400 with {"error":"…"}. A service that is
run as a program keeps requests and record only with --keep; the calls of its hosts are counted only then.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Callable, Dict, List, Optional, Tuple

import query_string
import strict_json
from api import Api
from call_log import CallLog
from friend_graph import EndlessList
from host import Host
from https_server import State
from messages import Answer, Request

PREFIX = "/control/"


class Control:
    def __init__(self, api: Api, calls: CallLog, hosts: List[Host]) -> None:
        self._api = api
        self._calls = calls
        self._hosts = hosts
        self._posts: Dict[str, Callable[[Dict[str, Any]], Dict[str, Any]]] = {
            "befriend": self._befriend, "weather": self._weather, "throttle": self._throttle, "clear": self._clear,
            "options": self._options}
        self._gets: Dict[str, Tuple[bool, Callable[[Optional[str]], Dict[str, Any]]]] = {  # whether they take ?of=
            "friends": (True, self._friends), "calls": (False, lambda _: self._counts()),
            "hosts": (False, lambda _: {"hosts": [host.export() for host in self._hosts]}),
            "requests": (True, lambda of: {"requests": self._calls.export(of)}),
            "record": (True, lambda of: {"pairs": self._api.record.export(of)})}

    def handle(self, request: Request) -> Answer:
        try:
            return Answer(strict_json.write(self._answer(request)))
        except (TypeError, ValueError) as error:
            return Answer(strict_json.write({"error": str(error)}), status=400)

    def _answer(self, request: Request) -> Dict[str, Any]:
        name = request.path[len(PREFIX):]
        if (request.method, name) == ("POST", "host"):
            return self._host(strict_json.parse_object(request.body), request.host)
        if request.method == "POST" and name in self._posts:
            return self._posts[name](strict_json.parse_object(request.body))
        if request.method == "GET" and name in self._gets:
            takes_of, get = self._gets[name]
            parameters = query_string.parse(request.query) if request.query else {}
            if set(parameters) - ({"of"} if takes_of else set()):
                raise ValueError(f"{name} takes {'only ?of=ACCOUNT' if takes_of else 'no parameter'}")
            return get(parameters.get("of"))
        raise ValueError(f"there is no {request.method} {request.path}")

    def _befriend(self, members: Dict[str, Any]) -> Dict[str, Any]:
        of, friends, one_way = (members.pop("of", None), members.pop("friends", None), members.pop("one_way", False))
        if members or not isinstance(of, str) or not _are_strings(friends) or not isinstance(one_way, bool):
            raise ValueError('befriend takes {"of":string,"friends":[string,…],"one_way":boolean}')
        self._api.graph.befriend(of, friends, one_way)
        return {"of": of, "befriended": len(friends)}

    def _weather(self, members: Dict[str, Any]) -> Dict[str, Any]:
        fault = members.pop("fault", None)
        if not isinstance(fault, str):
            raise ValueError('weather takes {"fault":string,…}')
        self._api.weather.add(fault, **members)
        return {"fault": fault}

    def _throttle(self, members: Dict[str, Any]) -> Dict[str, Any]:
        limit = members.pop("limit", None)
        if type(limit) is not int:
            raise ValueError('throttle takes {"limit":number,…}')
        self._api.quota.throttle(limit, **members)
        return {"limit": limit}

    def _clear(self, members: Dict[str, Any]) -> Dict[str, Any]:
        if members:
            raise ValueError("clear takes {}")
        self._api.weather.clear()
        self._api.quota.clear_throttles()
        return {}

    def _options(self, members: Dict[str, Any]) -> Dict[str, Any]:
        self._api.options.change(**members)
        return asdict(self._api.options)

    def _host(self, members: Dict[str, Any], through: int) -> Dict[str, Any]:
        number, word = members.pop("host", None), members.pop("state", None)
        if members or type(number) is not int or not 0 <= number < len(self._hosts):
            raise ValueError(f'host takes {{"host":number below {len(self._hosts)},"state":string}}')
        state = State(word)
        if number == through:
            raise ValueError("ask through another host: this one could not answer")
        self._hosts[number].become(state)
        return self._hosts[number].export()

    def _friends(self, of: Optional[str]) -> Dict[str, Any]:
        if of is None:
            raise ValueError("friends takes ?of=ACCOUNT")
        try:
            friends = self._api.graph.friends(of)
        except EndlessList:
            return {"of": of, "exists": True, "friends": None}
        return {"of": of, "exists": self._api.graph.exists(of), "friends": friends}

    def _counts(self) -> Dict[str, Any]:
        quota, in_progress = self._api.quota, self._api.in_progress
        return {**self._calls.counts(), "over_quota": quota.refusals, "busiest_second": quota.busiest_second(),
                "most_at_once": in_progress.most, "side_by_side": in_progress.side_by_side}


def _are_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
