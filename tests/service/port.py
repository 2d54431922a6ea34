"""One TCP port of the loopback, at 127.0.0.1 and, where the machine has it, at ::1: kept, listened at, or deaf."""

from __future__ import annotations

import errno
import select
import socket
from typing import List, Tuple

_TRIES = 20
_BACKLOG = 512
_SURELY_CONNECTED = 100  # milliseconds; on the loopback a connection is there at once
_MOST_FILLERS = 16


class Port:
    """Nobody else can take it before `release`. Not safe to use from many threads."""

    def __init__(self, number: int = 0) -> None:
        """0 takes a free one."""
        self._kept = _keep(number)
        self.number: int = self._kept[0].getsockname()[1]
        self.listeners: List[socket.socket] = []
        self._fillers: List[socket.socket] = []

    def listen(self) -> None:
        """From now on the system accepts connections."""
        if not self.listeners:
            self.listeners = [_listener(kept, _BACKLOG) for kept in self._kept]

    def refuse(self) -> None:
        """From now on the system refuses connections."""
        for closing in [*self.listeners, *self._fillers]:
            closing.close()
        self.listeners, self._fillers = [], []

    def deafen(self) -> None:
        """From now on attempts to connect get no reply, as where a host is gone: the queue of connections that wait to
        be taken is as short as it can be, and full.
        """
        self.listen()
        for listener in self.listeners:
            listener.listen(0)
            for _ in range(_MOST_FILLERS):
                filler, connected = _try_to_connect(listener)
                self._fillers.append(filler)
                if not connected:
                    break
            else:
                raise OSError("this system takes connections beyond the length of the queue")

    def release(self) -> None:
        self.refuse()
        for kept in self._kept:
            kept.close()


def _keep(number: int) -> List[socket.socket]:
    """Sockets that are bound and do not listen."""
    for _ in range(_TRIES):
        first = _bind(socket.AF_INET, "127.0.0.1", number)
        try:
            return [first, _bind(socket.AF_INET6, "::1", first.getsockname()[1])]
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [first]  # the machine has no ::1
            first.close()
            if number != 0:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free at both 127.0.0.1 and ::1")


def _bind(family: int, address: str, number: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, number))
    except OSError:
        bound.close()
        raise
    return bound


def _listener(kept: socket.socket, backlog: int) -> socket.socket:
    address, number = kept.getsockname()[:2]
    listener = _bind(kept.family, address, number)
    listener.listen(backlog)
    listener.setblocking(False)
    return listener


def _try_to_connect(listener: socket.socket) -> Tuple[socket.socket, bool]:
    filler = socket.socket(listener.family, socket.SOCK_STREAM)
    filler.setblocking(False)
    filler.connect_ex(listener.getsockname())
    watcher = select.poll()
    watcher.register(filler, select.POLLOUT)
    return filler, bool(watcher.poll(_SURELY_CONNECTED))
