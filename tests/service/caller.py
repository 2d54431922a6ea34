"""A client of the service for its own tests: signs, addresses, sends, and can do each of them wrong."""

from __future__ import annotations

import http.client
import json
import select
import socket
import ssl
from typing import Any, Dict, List, NamedTuple, Optional, Union
from urllib.parse import quote

import user_sig
from api import Credentials
from command import FRIEND_DELETE, FRIEND_DELETE_ALL
from service import IDENTIFIER, SDK_APP_ID, SECRET_KEY, Service

JSON_HEADERS = {"Content-Type": "application/json"}
TIMEOUT = 20  # seconds


class Reply(NamedTuple):
    status: int
    headers: Dict[str, str]
    body: bytes

    @property
    def json(self) -> Dict[str, Any]:
        return json.loads(self.body)


class Caller:
    """One connection, opened when first used and opened again after the service closed it."""

    def __init__(self, service: Service, now: float, host: int = 0) -> None:
        self._open(service.hosts[host].port, service.cacert, service.credentials, now)

    @classmethod
    def of_program(cls, port: int, cacert: str, now: float) -> "Caller":
        """Calls a service that runs in a process of its own, with the default credentials."""
        caller = cls.__new__(cls)
        caller._open(port, cacert, Credentials(SDK_APP_ID, IDENTIFIER, SECRET_KEY), now)
        return caller

    def _open(self, port: int, cacert: str, app: Credentials, now: float) -> None:
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=TIMEOUT,
                                                       context=ssl.create_default_context(cafile=cacert))
        self.parameters = {
            "sdkappid": str(app.sdk_app_id), "identifier": app.identifier, "random": "4294967295",
            "usersig": user_sig.generate(app.identifier, app.sdk_app_id, app.secret_key, int(now)),
            "contenttype": "json"}

    def query(self, **changes: Optional[str]) -> str:
        """The query with some parameters changed, added, or (None) left out."""
        parameters = {**self.parameters, **changes}
        return "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value is not None)

    def send(self, body: Union[bytes, Dict[str, Any]], *, method: str = "POST", path: str = FRIEND_DELETE,
             query: Optional[str] = None, headers: Optional[Dict[str, str]] = None) -> Reply:
        try:
            self.begin(body, method=method, path=path, query=query, headers=headers)
            response = self._connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def begin(self, body: Union[bytes, Dict[str, Any]], *, method: str = "POST", path: str = FRIEND_DELETE,
              query: Optional[str] = None, headers: Optional[Dict[str, str]] = None) -> None:
        """Sends a request and does not wait for the answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        target = path + "?" + (self.query() if query is None else query)
        self._connection.request(method, target, content, JSON_HEADERS if headers is None else headers)

    def rest(self) -> bytes:
        """Whatever else the service sends before it closes the connection."""
        received = b""
        try:
            while part := self._connection.sock.recv(65536):
                received += part
        except (ssl.SSLEOFError, ConnectionResetError):
            pass  # an end without TLS's close_notify
        return received

    def tcp_error(self) -> int:
        """The errno with which the connection breaks; 0 when it does not within the time-out."""
        watcher = select.poll()
        watcher.register(self._connection.sock, 0)
        watcher.poll(TIMEOUT * 1000)
        return self._connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def delete(self, of: str, accounts: List[str], delete_type: Optional[str] = None) -> Dict[str, Any]:
        body: Dict[str, Any] = {"From_Account": of, "To_Account": accounts}
        return self.send(body if delete_type is None else {**body, "DeleteType": delete_type}).json

    def delete_all(self, of: str, delete_type: Optional[str] = None) -> Dict[str, Any]:
        body = {"From_Account": of}
        return self.send(body if delete_type is None else {**body, "DeleteType": delete_type},
                         path=FRIEND_DELETE_ALL).json

    def codes(self, of: str, accounts: List[str], delete_type: Optional[str] = None) -> List[int]:
        """The ResultCode of each account."""
        return [item["ResultCode"] for item in self.delete(of, accounts, delete_type)["ResultItem"]]

    def close(self) -> None:
        self._connection.close()
