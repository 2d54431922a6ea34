"""Posts deletions to the app as the service does: an HTTPS POST after each, over connections that are kept open.

    with WebhookSender(f"https://localhost:{port}/webhook", SDK_APP_ID, token="…", cacert=path) as sender, \\
            Service(after_deletion=sender) as service:
        …delete friends…
        sender.wait()
        assert [posted.accepted for posted in sender.posts] == [True]

Implements "After a Friend Is Deleted" and the authentication of "Webhook Overview". The parts of a post are
functions, so that a test can make one and change it.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import select
import ssl
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from urllib.parse import SplitResult, urlencode, urlsplit

from friend_graph import Pair

COMMAND = "Sns.CallbackFriendDelete"
_CLIENT_IP = "127.0.0.1"
_PLATFORM = "RESTAPI"
_POSTS_AT_ONCE = 8
_TIMEOUT = 20  # seconds


def sign(token: str, request_time: int) -> str:
    return hashlib.sha256(f"{token}{request_time}".encode("ascii")).hexdigest()


def parameters(sdk_app_id: int, token: Optional[str], now: float) -> Dict[str, str]:
    """The parameters of a post's URL, as of `now`; without a token unsigned."""
    all_posts = {"SdkAppid": str(sdk_app_id), "CallbackCommand": COMMAND, "contenttype": "json",
                 "ClientIP": _CLIENT_IP, "OptPlatform": _PLATFORM}
    if token is None:
        return all_posts
    return {**all_posts, "RequestTime": str(int(now)), "Sign": sign(token, int(now))}


def body(pairs: List[Pair], request_id: Optional[str] = None) -> bytes:
    """As the document has it; with a `request_id`, with the further members that captured posts have."""
    members: Dict[str, Any] = {
        "CallbackCommand": COMMAND, "PairList": [{"From_Account": of, "To_Account": account} for of, account in pairs]}
    if request_id is not None:
        members.update(ClientIP=_CLIENT_IP, OptPlatform=_PLATFORM, RequestId=request_id)
    return json.dumps(members, separators=(",", ":")).encode("ascii")


class Posted(NamedTuple):
    query: str
    body: bytes
    status: int  # the HTTP status answered; 0 when there was none
    answer: bytes  # or what kept it from coming

    @property
    def json(self) -> Dict[str, Any]:
        return json.loads(self.answer)

    @property
    def accepted(self) -> bool:
        return self.status == 200 and self.json == {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}


def post(url: str, query: str, content: bytes, cacert: Optional[str] = None) -> Posted:
    """Sends one post on a connection of its own."""
    connection = _Connection(url, cacert)
    try:
        return connection.post(query, content)
    finally:
        connection.close()


class _Connection:
    """To the app; opened when first used, and again where it has been closed."""

    def __init__(self, url: str, cacert: Optional[str]) -> None:
        to = _checked(url)
        self._path = to.path or "/"
        self._http = http.client.HTTPSConnection(to.hostname or "", to.port, timeout=_TIMEOUT,
                                                 context=ssl.create_default_context(cafile=cacert))

    def post(self, query: str, content: bytes) -> Posted:
        if self._http.sock is not None and select.select([self._http.sock], [], [], 0)[0]:
            self._http.close()  # what comes unasked is the end
        try:
            self._http.request("POST", f"{self._path}?{query}", content, {"Content-Type": "application/json"})
            response = self._http.getresponse()
            return Posted(query, content, response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            return Posted(query, content, 0, str(error).encode())

    def close(self) -> None:
        self._http.close()


def _checked(url: str) -> SplitResult:
    to = urlsplit(url)
    if to.scheme != "https" or to.hostname is None or to.query:
        raise ValueError("a webhook's URL is https://HOST[:PORT][/PATH], without a query")
    return to


class WebhookSender:
    """For `after_deletion` of a Service: called with the pairs that parted, it returns at once and sends meanwhile.

    Posts go out in parallel, so they can arrive in any order. None is sent twice. Safe to use from many threads.
    """

    def __init__(self, url: str, sdk_app_id: int, *, token: Optional[str] = None, cacert: Optional[str] = None,
                 now: Callable[[], float] = time.time) -> None:
        _checked(url)
        self._url = url
        self._sdk_app_id = sdk_app_id
        self._token = token
        self._cacert = cacert
        self._now = now
        self._lock = threading.Lock()
        self._sent: List["Future[Posted]"] = []
        self._free: List[_Connection] = []
        self._pool = ThreadPoolExecutor(_POSTS_AT_ONCE, "webhook")

    def __call__(self, pairs: List[Pair]) -> None:
        query = urlencode(parameters(self._sdk_app_id, self._token, self._now()))
        with self._lock:
            content = body(pairs, f"post-{len(self._sent) + 1}")
            self._sent.append(self._pool.submit(self._post, query, content))

    def wait(self) -> None:
        """Returns when every post so far has been answered, or has failed."""
        with self._lock:
            sent = list(self._sent)
        wait(sent)

    @property
    def posts(self) -> List[Posted]:
        """What each post was answered, in order of the deletions; waits for those under way."""
        self.wait()
        with self._lock:
            return [sent.result() for sent in self._sent]

    def __enter__(self) -> "WebhookSender":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        for connection in self._free:
            connection.close()

    def _post(self, query: str, content: bytes) -> Posted:
        """The connection that was used last is used first, so that there are no more than are needed."""
        with self._lock:
            connection = self._free.pop() if self._free else _Connection(self._url, self._cacert)
        posted = connection.post(query, content)
        with self._lock:
            self._free.append(connection)
        return posted
