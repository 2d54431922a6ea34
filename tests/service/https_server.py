"""HTTPS on the loopback: a thread a connection, HTTP/1.1 kept alive, HTTP/1.0 closed.

Knows nothing of what is served: requests go to a function, and its answers are delivered as they ask, which may
be late, in part or not at all. The server can also be away in several ways (`State`).
"""

from __future__ import annotations

import enum
import http
import itertools
import math
import select
import selectors
import socket
import ssl
import struct
import threading
from dataclasses import replace
from typing import Callable, Dict, Iterator, List, Optional

from certificate import Certificate
from http_reader import LONGEST_BODY, read_request
from messages import Answer, Delivery, Request
from port import Port

_LINGER = 1.0  # seconds for a client whose request was refused unread to take the answer
_JOIN = 5.0  # seconds
_PEER_CLOSED = getattr(select, "POLLRDHUP", 0)


class State(enum.Enum):
    UP = "up"
    REFUSING = "refusing"  # the port is closed, and so are the connections that were open
    UNREACHABLE = "unreachable"  # attempts to connect get no reply, nor does what comes over open connections
    NO_HANDSHAKE = "no_handshake"  # connections are taken, and never hear a word of TLS; open ones get no reply


class HttpsServer:
    """Serves from the constructor on, until `stop`.

    `numbers` gives each connection its number. `sleep`, if given, stands for the time that an answer takes. `context`
    may be changed, for the connections to come.
    """

    def __init__(self, handle: Callable[[Request], Answer], certificate: Certificate, port: int = 0, *, host: int = 0,
                 numbers: Optional[Iterator[int]] = None, sleep: Optional[Callable[[float], None]] = None) -> None:
        self._handle = handle
        self._host = host
        self._numbers = itertools.count(1) if numbers is None else numbers
        self._sleep = sleep
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.load_cert_chain(certificate.certificate, certificate.key)
        self.context.set_alpn_protocols(["http/1.1"])
        self._changing = threading.Lock()  # the state, the port and the acceptor
        self._lock = threading.Lock()  # what is below
        self._open: Dict[ssl.SSLSocket, threading.Thread] = {}
        self._held: List[socket.socket] = []
        self._accepted = 0
        self._handshakes = 0
        self._state = State.REFUSING
        self._epoch = 0  # counts the changes of state: a connection is served in the one that it was taken in
        self._acceptor: Optional[threading.Thread] = None
        self._wake, self._woken = socket.socketpair()
        self._port = Port(port)
        self.port = self._port.number
        self.become(State.UP)

    @property
    def state(self) -> State:
        return self._state

    @property
    def accepted(self) -> int:
        """The connections taken so far. Attempts to connect that were refused or got no reply are not seen."""
        with self._lock:
            return self._accepted

    @property
    def handshakes(self) -> int:
        """The connections of which TLS's handshake came to its end."""
        with self._lock:
            return self._handshakes

    def become(self, state: State) -> None:
        """Returns once the server is in that state. Connections that got no reply end when it is up again."""
        with self._changing:
            if state is self._state:
                return
            self._stop_accepting()
            previous, self._state = self._state, state
            self._epoch += 1
            if previous is State.UNREACHABLE or state is State.REFUSING:
                self._port.refuse()
            if state in (State.UP, State.REFUSING):
                self._end_connections()
            if state is State.UNREACHABLE:
                self._port.deafen()
            elif state is not State.REFUSING:
                self._port.listen()
                self._acceptor = threading.Thread(target=self._accept, name="accept", daemon=True)
                self._acceptor.start()

    def stop(self) -> None:
        """Ends every connection and thread; an answer that waits is not delivered."""
        self.become(State.REFUSING)
        with self._lock:
            threads = list(self._open.values())
        for thread in threads:
            thread.join(_JOIN)
        self._port.release()
        self._wake.close()
        self._woken.close()

    def _stop_accepting(self) -> None:
        if self._acceptor is not None:
            self._wake.send(b"x")
            self._acceptor.join(_JOIN)
            self._acceptor = None

    def _end_connections(self) -> None:
        with self._lock:
            for connection in self._open:
                _shut_down(connection)
            for held in self._held:
                held.close()
            self._held.clear()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for watched in [*self._port.listeners, self._woken]:
                selector.register(watched, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._woken:
                        self._woken.recv(1)
                        return
                    self._take(key.fileobj)  # type: ignore[arg-type]

    def _take(self, listener: socket.socket) -> None:
        try:
            plain, _ = listener.accept()
        except OSError:
            return  # the client went away before its turn
        with self._lock:
            self._accepted += 1
            number = next(self._numbers)
            if self._state is State.NO_HANDSHAKE:
                self._held.append(plain)
                return
        try:
            plain.setblocking(True)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        except OSError:
            plain.close()
            return
        thread = threading.Thread(target=self._serve, args=(connection, number, self._epoch), name="connection",
                                  daemon=True)
        with self._lock:
            self._open[connection] = thread
        thread.start()

    def _serve(self, connection: ssl.SSLSocket, number: int, epoch: int) -> None:
        try:
            connection.do_handshake()
            with self._lock:
                self._handshakes += 1
            with connection.makefile("rb", buffering=64 * 1024) as stream:
                for position in itertools.count(1):
                    if not self._serve_one(connection, stream, number, position, epoch):
                        break
        except OSError:
            pass  # the client went away, did not trust us, or does not speak TLS
        finally:
            with self._lock:
                del self._open[connection]
            connection.close()

    def _serve_one(self, connection: ssl.SSLSocket, stream, number: int,  # type: ignore[no-untyped-def]
                   position: int, epoch: int) -> bool:
        """Whether another request may follow on the connection."""
        request = read_request(stream, number, lambda: connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n"))
        if request is None:
            return False
        if self._epoch != epoch:
            _wait_for_end(connection)
            return False
        answer = self._handle(replace(request, host=self._host, position=position))
        text = _head(answer, request.keep_alive) + answer.body
        try:
            if answer.delivery is Delivery.SILENCE or not self._wait(connection, answer.delay, epoch):
                _wait_for_end(connection)
                return False
            if answer.delivery is Delivery.DRIP:
                text = self._drip(connection, text, answer.interval, epoch)
        finally:
            answer.finished()
        return self._deliver(connection, text, request, answer)

    def _drip(self, connection: ssl.SSLSocket, text: bytes, interval: float, epoch: int) -> bytes:
        """Sends all of `text` but the last byte, slowly; what is left to send."""
        for byte in text[:-1]:
            connection.sendall(bytes((byte,)))
            if not self._wait(connection, interval, epoch):
                return b""
        return text[-1:]

    def _deliver(self, connection: ssl.SSLSocket, text: bytes, request: Request, answer: Answer) -> bool:
        """Whether another request may follow on the connection."""
        if answer.delivery is Delivery.NOTHING:
            return False
        if answer.delivery is Delivery.RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if answer.delivery is Delivery.HALF:
            connection.sendall(text[:len(text) - (len(answer.body) + 1) // 2])
            return False
        connection.sendall(text)
        if not request.keep_alive or answer.delivery is Delivery.WHOLE_THEN_CLOSE:
            _say_goodbye(connection, unread=bool(request.problem))
            return False
        return True

    def _wait(self, connection: ssl.SSLSocket, seconds: float, epoch: int) -> bool:
        """Whether, after that time, client and server are still there."""
        if seconds > 0:
            if self._sleep is not None:
                self._sleep(seconds)
            elif _wait_for_end(connection, seconds):
                return False
        return self._epoch == epoch


def _head(answer: Answer, keep_alive: bool) -> bytes:
    try:
        phrase = http.HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Content-Type: {answer.content_type}",
             f"Content-Length: {len(answer.body)}", f"Connection: {'keep-alive' if keep_alive else 'close'}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _wait_for_end(connection: ssl.SSLSocket, seconds: Optional[float] = None) -> bool:
    """Whether the connection ended, at either side, within that time."""
    watcher = select.poll()
    watcher.register(connection, _PEER_CLOSED)
    return bool(watcher.poll(None if seconds is None else math.ceil(seconds * 1000)))


def _shut_down(connection: ssl.SSLSocket) -> None:
    """Wakes the thread that reads, writes or waits. Past the TLS layer, whose state belongs to that thread."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        pass  # it is gone already


def _say_goodbye(connection: ssl.SSLSocket, unread: bool) -> None:
    """Sends TLS's close_notify without waiting for the client's.

    A close with bytes unread resets the connection, which can take the answer with it; then the rest of what
    the client sends is thrown away first.
    """
    connection.settimeout(0.0)
    try:
        connection.unwrap()
    except OSError:
        pass  # the client's close_notify is not here yet
    if unread:
        socket.socket.shutdown(connection, socket.SHUT_WR)
        connection.settimeout(_LINGER)
        left = 2 * LONGEST_BODY
        while left > 0:
            thrown_away = len(socket.socket.recv(connection, 64 * 1024))
            if thrown_away == 0:
                return
            left -= thrown_away
