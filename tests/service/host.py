"""One of the hosts by which the service is reached, as seen from outside: where it is, whether it is there, and what
came to it.
"""

from __future__ import annotations

import ssl
from typing import Any, Dict, List, Union

from call_log import Call, CallLog
from https_server import HttpsServer, State


class Host:
    """Safe to use from many threads."""

    def __init__(self, number: int, server: HttpsServer, log: CallLog) -> None:
        self.number = number
        self._server = server
        self._log = log
        self.port = server.port
        self.authority = f"127.0.0.1:{server.port}"
        self.endpoint = f"https://{self.authority}"

    @property
    def tls(self) -> ssl.SSLContext:
        """May be changed, for the connections to come."""
        return self._server.context

    def become(self, state: Union[State, str]) -> None:
        """Takes the host away or brings it back: "up", "refusing", "unreachable" or "no_handshake", as `State` says.
        ValueError for any other word.
        """
        self._server.become(State(state))

    @property
    def state(self) -> State:
        return self._server.state

    @property
    def accepted(self) -> int:
        """The connections that were taken. Those of a host that is refusing or unreachable are not seen."""
        return self._server.accepted

    @property
    def handshakes(self) -> int:
        """The connections that came as far as to send requests."""
        return self._server.handshakes

    @property
    def calls(self) -> List[Call]:
        """The calls that came to this host."""
        return [call for call in self._log if call.host == self.number]

    def export(self) -> Dict[str, Any]:
        return {"host": self.number, "port": self.port, "state": self.state.value, "accepted": self.accepted,
                "handshakes": self.handshakes, "calls": len(self.calls)}
