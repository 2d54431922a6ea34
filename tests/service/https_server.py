"""HTTPS on the loopback: a thread a connection, HTTP/1.1 kept alive, HTTP/1.0 closed.

Knows nothing of what is served: requests go to a function, and its answers are delivered as they ask, which may
be late, in part or not at all.
"""

from __future__ import annotations

import errno
import http
import selectors
import socket
import ssl
import threading
from typing import Callable, Dict, List

from certificate import Certificate
from http_reader import LONGEST_BODY, read_request
from messages import Answer, Delivery, Request

_TRIES_FOR_A_PORT = 20
_BACKLOG = 512
_LINGER = 1.0  # seconds for a client whose request was refused unread to take the answer
_JOIN = 5.0  # seconds


class HttpsServer:
    """Serves from the constructor on, until `stop`."""

    def __init__(self, handle: Callable[[Request], Answer], certificate: Certificate, port: int = 0) -> None:
        self._handle = handle
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._context.load_cert_chain(certificate.certificate, certificate.key)
        self._context.set_alpn_protocols(["http/1.1"])
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: Dict[ssl.SSLSocket, threading.Thread] = {}
        self._accepted = 0
        self._listeners = _listen(port)
        self.port: int = self._listeners[0].getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name="accept", daemon=True)
        self._acceptor.start()

    def stop(self) -> None:
        """Ends every connection and thread; an answer that waits is not delivered."""
        self._stopping.set()
        self._wake.send(b"x")
        self._acceptor.join(_JOIN)
        with self._lock:
            threads = list(self._open.values())
            for connection in self._open:
                _shut_down(connection)
        for thread in threads:
            thread.join(_JOIN)
        for closing in [*self._listeners, self._wake, self._woken]:
            closing.close()

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            for watched in [*self._listeners, self._woken]:
                selector.register(watched, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if self._stopping.is_set():
                        return
                    self._take(key.fileobj)  # type: ignore[arg-type]

    def _take(self, listener: socket.socket) -> None:
        try:
            plain, _ = listener.accept()
        except OSError:
            return  # the client went away before its turn
        try:
            plain.setblocking(True)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        except OSError:
            plain.close()
            return
        self._accepted += 1
        thread = threading.Thread(target=self._serve, args=(connection, self._accepted), name="connection", daemon=True)
        with self._lock:
            self._open[connection] = thread
        thread.start()

    def _serve(self, connection: ssl.SSLSocket, number: int) -> None:
        try:
            connection.do_handshake()
            with connection.makefile("rb", buffering=64 * 1024) as stream:
                while self._serve_one(connection, stream, number):
                    pass
        except OSError:
            pass  # the client went away, did not trust us, or does not speak TLS
        finally:
            with self._lock:
                del self._open[connection]
            connection.close()

    def _serve_one(self, connection: ssl.SSLSocket, stream, number: int) -> bool:  # type: ignore[no-untyped-def]
        """Whether another request may follow on the connection."""
        request = read_request(stream, number, lambda: connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n"))
        if request is None:
            return False
        answer = self._handle(request)
        if answer.delay:
            self._stopping.wait(answer.delay)
        if self._stopping.is_set() or answer.delivery is Delivery.NOTHING:
            return False
        head = _head(answer, request.keep_alive)
        if answer.delivery is Delivery.HALF:
            connection.sendall(head + answer.body[:len(answer.body) // 2])
            return False
        connection.sendall(head + answer.body)
        if not request.keep_alive:
            _say_goodbye(connection, unread=bool(request.problem))
        return request.keep_alive


def _head(answer: Answer, keep_alive: bool) -> bytes:
    try:
        phrase = http.HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Content-Type: {answer.content_type}",
             f"Content-Length: {len(answer.body)}", f"Connection: {'keep-alive' if keep_alive else 'close'}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _listen(port: int) -> List[socket.socket]:
    """Listeners at 127.0.0.1 and, where the machine has it, ::1, at one port; 0 takes a free one."""
    for _ in range(_TRIES_FOR_A_PORT):
        first = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
        listeners = [first]
        try:
            listeners.append(socket.create_server(("::1", first.getsockname()[1]), family=socket.AF_INET6,
                                                  backlog=_BACKLOG))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                first.close()
                if port == 0:
                    continue
                raise
        for listener in listeners:
            listener.setblocking(False)
        return listeners
    raise OSError(errno.EADDRINUSE, "no port is free at both 127.0.0.1 and ::1")


def _shut_down(connection: ssl.SSLSocket) -> None:
    """Wakes the thread that reads or writes. Past the TLS layer, whose state belongs to that thread."""
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
