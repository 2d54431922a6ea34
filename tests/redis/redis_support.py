"""A Redis of the test's own, and processes that share a quota through it.

UNFRIEND_PACED_PROCESS and UNFRIEND_REDIS_SERVER name the programs.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from typing import Dict, List, Optional, Union

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "service"))

from messages import Answer, Request  # noqa: E402,F401
from service import Service  # noqa: E402,F401

KEY = "the.quota"
PATIENCE = 60  # seconds, for a program that hangs
_TRIES_FOR_A_PORT = 20
FOREVER = 10 ** 9  # milliseconds

_PACED_PROCESS = os.environ["UNFRIEND_PACED_PROCESS"]
_REDIS_SERVER = os.environ["UNFRIEND_REDIS_SERVER"]


class Redis:
    """A server at a Unix socket, that keeps nothing: what is started again is empty."""

    def __init__(self, password: str = "", user: str = "") -> None:
        """`password` is the default user's; `user` is one of the access control list: a name and rules."""
        self._user = user
        self._directory = tempfile.TemporaryDirectory(prefix="redis-")
        self.socket = os.path.join(self._directory.name, "redis.sock")
        self._password = password
        self._server: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> None:
        """Returns once it takes connections."""
        if not self._start(0):
            raise AssertionError("Redis did not start")

    def start_with_port(self) -> int:
        """The same, at a port of the loopback as well."""
        for _ in range(_TRIES_FOR_A_PORT):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port: int = free.getsockname()[1]
            if self._start(port):
                return port
        raise AssertionError("Redis found no port")

    def _start(self, port: int) -> bool:
        settings = {"port": str(port), "bind": "127.0.0.1", "unixsocket": self.socket, "save": "", "appendonly": "no", "daemonize": "no",
                    "dir": self._directory.name, "requirepass": self._password}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        if self._user:
            options += ["--user", *self._user.split()]
        self._server = subprocess.Popen([_REDIS_SERVER, *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        assert self._server.stdout is not None
        for line in self._server.stdout:
            if b"now ready to accept connections at" in line:
                return True
        self.stop()
        return False

    def stop(self) -> None:
        """At once, with all that it holds."""
        if self._server is None:
            return
        self._server.kill()
        self._server.wait(PATIENCE)
        assert self._server.stdout is not None
        self._server.stdout.close()
        self._server = None

    def hang(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        self.stop()
        self._directory.cleanup()

    def __call__(self, *words: Union[str, int]) -> Union[str, int, None, List[str]]:
        """The answer to a command."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self.socket)
            sent = [str(word).encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(sent) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in sent))
            with connection.makefile("rb") as stream:
                return self._read(stream)  # type: ignore[no-any-return]

    def _read(self, stream):  # type: ignore[no-untyped-def]
        line = stream.readline().decode().strip()
        kind, rest = line[0], line[1:]
        if kind == "$":
            return None if rest == "-1" else stream.read(int(rest) + 2)[:-2].decode()
        if kind == "*":
            return [self._read(stream) for _ in range(int(rest))]
        if kind == "-":
            raise AssertionError(rest)
        return int(rest) if kind == ":" else rest

    @property
    def free(self) -> Optional[int]:
        """When the schedule is free, in microseconds of Redis's clock; None when it is free now and forgotten."""
        free = self("GET", KEY)
        return None if free is None else int(str(free))

    @property
    def now(self) -> int:
        """Redis's clock in microseconds."""
        seconds, microseconds = self("TIME")  # type: ignore[misc,union-attr]
        return int(seconds) * 1_000_000 + int(microseconds)


class PacedProcess:
    """paced_process, told what to do line by line. `changes` is what its pacer said of Redis: shared or alone."""

    def __init__(self, redis: Redis, rate: int, *, processes: int = 1, jitter: int = 0, key: str = KEY,
                 password: str = "", username: str = "", where: str = "",
                 environment: Optional[Dict[str, str]] = None) -> None:
        arguments = [where or redis.socket, key, str(rate), str(processes), str(jitter), password, username]
        self._process = subprocess.Popen([_PACED_PROCESS, *arguments], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self._guard = threading.Timer(PATIENCE, self._process.kill)
        self._guard.start()
        self.changes: List[str] = []

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        status = self._process.wait(PATIENCE)
        self._guard.cancel()
        self._process.stdout.close()
        if status != 0:
            raise AssertionError(f"exit status {status}")

    def _tell(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.startswith(("shared: ", "alone: ")):
                return line.strip()
            self.changes.append(line.strip())
        raise AssertionError("the process ended without an answer")

    def send(self, now: int = 0, max_wait: int = FOREVER) -> Optional[int]:
        """After how many microseconds a call that asks at `now`, and comes back when it is told to, has permission.

        `now` and `max_wait` are milliseconds.
        """
        self._tell(f"send {now} {max_wait}")
        answer = self._answer()
        return None if answer == "none" else int(answer)

    def ask(self, now: int = 0) -> int:
        """What a call that asks once, and gives up, is told: microseconds."""
        self._tell(f"ask {now}")
        return int(self._answer())

    def send_from_threads(self, count: int, calls: int) -> None:
        """`count` threads send `calls` calls each, by the real clock."""
        self._tell(f"threads {count} {calls}")
        self._answer()

    def on_throttled(self, sent_at: int) -> None:
        self._tell(f"on_throttled {sent_at}")

    def on_success(self, sent_at: int) -> None:
        self._tell(f"on_success {sent_at}")

    def start_calls(self, count: int, service: Service) -> None:
        self._tell(f"call {count} {service.authority} {service.cacert}")

    def finish_calls(self) -> str:
        return self._answer()


class RedisTest(unittest.TestCase):
    """Each test has a Redis of its own, `self.redis`, which it starts."""

    def setUp(self) -> None:
        self.redis = self.new_redis()

    def new_redis(self, password: str = "", user: str = "") -> Redis:
        redis = Redis(password, user)
        self.addCleanup(redis.close)
        return redis

    def process(self, *arguments: int, **options: object) -> PacedProcess:
        """The arguments of PacedProcess that follow `redis`, which may be named."""
        redis = options.pop("redis", self.redis)
        process = PacedProcess(redis, *arguments, **options)  # type: ignore[arg-type]
        self.addCleanup(process.close)
        return process
