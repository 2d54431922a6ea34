"""Tells the app of deletions as the service does: an HTTPS POST after each, on a thread of its own.

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
import ssl
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Callable, Dict, List, NamedTuple, Optional
from urllib.parse import SplitResult, urlencode, urlsplit

from friend_graph import Pair

COMMAND = "Sns.CallbackFriendDelete"
_POSTS_AT_ONCE = 8
_PATIENCE = 20  # seconds


def sign(token: str, request_time: int) -> str:
    return hashlib.sha256(f"{token}{request_time}".encode("ascii")).hexdigest()


def parameters(sdk_app_id: int, token: Optional[str], now: float) -> Dict[str, str]:
    """The parameters of a post's URL, as of `now`; without a token unsigned."""
    all_posts = {"SdkAppid": str(sdk_app_id), "CallbackCommand": COMMAND, "contenttype": "json",
                 "ClientIP": "127.0.0.1", "OptPlatform": "RESTAPI"}
    if token is None:
        return all_posts
    return {**all_posts, "RequestTime": str(int(now)), "Sign": sign(token, int(now))}


def body(pairs: List[Pair]) -> bytes:
    pair_list = [{"From_Account": of, "To_Account": account} for of, account in pairs]
    return json.dumps({"CallbackCommand": COMMAND, "PairList": pair_list}, separators=(",", ":")).encode("ascii")


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
    to = _checked(url)
    connection = http.client.HTTPSConnection(to.hostname, to.port, timeout=_PATIENCE,
                                             context=ssl.create_default_context(cafile=cacert))
    try:
        connection.request("POST", (to.path or "/") + "?" + query, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Posted(query, content, response.status, response.read())
    except (OSError, http.client.HTTPException) as error:
        return Posted(query, content, 0, str(error).encode())
    finally:
        connection.close()


def _checked(url: str) -> SplitResult:
    to = urlsplit(url)
    if to.scheme != "https" or to.hostname is None or to.query:
        raise ValueError("a webhook's URL is https://HOST[:PORT][/PATH], without a query")
    return to


class WebhookSender:
    """For `after_deletion` of a Service: called with the pairs that parted, it answers at once and sends meanwhile.

    Posts go out in parallel, so they can arrive in any order. Safe to use from many threads.
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
        self._pool = ThreadPoolExecutor(_POSTS_AT_ONCE, "webhook")

    def __call__(self, pairs: List[Pair]) -> None:
        query = urlencode(parameters(self._sdk_app_id, self._token, self._now()))
        with self._lock:
            self._sent.append(self._pool.submit(post, self._url, query, body(pairs), self._cacert))

    def wait(self) -> None:
        """Returns when every post so far has been answered, or has failed."""
        with self._lock:
            sent = list(self._sent)
        wait(sent)

    @property
    def posts(self) -> List[Posted]:
        """What came of each post, in order of the deletions; waits for those under way."""
        self.wait()
        with self._lock:
            return [sent.result() for sent in self._sent]

    def __enter__(self) -> "WebhookSender":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
