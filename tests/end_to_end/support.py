"""Runs the built examples against the stand-in service, over real HTTPS.

UNFRIEND_EXAMPLE and UNFRIEND_CUSTOM_TRANSPORT name the programs. Whatever a program prints, in any test, is searched
for the secret key and for UserSigs before the test sees it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "service"))

from certificate import Certificate  # noqa: E402
from https_server import HttpsServer  # noqa: E402
from messages import Answer, Request  # noqa: E402
from service import Service  # noqa: E402
from this_machine import needs_localhost  # noqa: E402,F401

OK, ACCOUNT_FAILED, BAD_INPUT, TRANSPORT, REFUSED = range(5)
PATIENCE = 60  # seconds, for a program that hangs
_USER_SIG = re.compile(rb"eJ[A-Za-z0-9*_-]{80,}")
_PARAMETER = re.compile(rb"""usersig=(?!\[redacted\]|'"\$\{USER_SIG:\?\}"')""")  # but in a dry run
_NOT_INHERITED = re.compile(r"UNFRIEND_.*|.*_proxy|SSL_CERT_.*", re.IGNORECASE)


class Run(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> List[Dict[str, Any]]:
        """Standard output as JSON objects, each on a line of its own."""
        assert self.out.isascii() and (self.out == "" or self.out.endswith("\n")), self.out
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def outcomes(self) -> Dict[str, str]:
        return {line["to_account"]: line["outcome"] for line in self.json}


def program(variable: str) -> str:
    path = os.environ.get(variable)
    if not path or not os.access(path, os.X_OK):
        raise AssertionError(f"{variable} must name the built program; it is {path!r}")
    return path


def whole_environment(environment: Dict[str, str]) -> Dict[str, str]:
    """`environment`, and of this process's own what does not change what a program does."""
    inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
    return {**inherited, **environment}


def assert_no_secret(printed: bytes, environment: Dict[str, str], reveals_user_sig: bool = False) -> None:
    """For whatever a program printed that `run` did not run."""
    key = environment.get("UNFRIEND_SECRET_KEY", "").encode()
    if key and key in printed:
        raise AssertionError("the secret key was printed")
    if _PARAMETER.search(printed) or (not reveals_user_sig and _USER_SIG.search(printed)):
        raise AssertionError("a UserSig was printed")


def run(command: Sequence[str], environment: Dict[str, str], given: bytes = b"", reveals_user_sig: bool = False) -> Run:
    """Runs a program to its end and asserts that it kept its secrets."""
    done = subprocess.run(command, env=whole_environment(environment), input=given, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=PATIENCE)
    assert_no_secret(done.stdout + done.stderr, environment, reveals_user_sig)
    if done.returncode not in range(5):
        raise AssertionError(f"exit status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


class EndToEnd(unittest.TestCase):
    """One service for a class of tests; each test has accounts of its own."""

    service: Service

    @classmethod
    def setUpClass(cls) -> None:
        cls.example = program("UNFRIEND_EXAMPLE")
        cls.service = Service(quota=100_000)
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.graph = cls.service.graph

    def unfriend(self, *arguments: str, given: bytes = b"", environment: Optional[Dict[str, str]] = None,
                 service: Optional[Service] = None) -> Run:
        """The command-line example, pointed at the service: at its first host, with the second, if any, as backup."""
        service = service or self.service
        where = ["--endpoint", service.endpoint, "--cacert", service.cacert]
        for backup in service.hosts[1:2]:
            where += ["--backup-endpoint", backup.endpoint]
        return run([self.example, *where, *arguments], {**service.environment, **(environment or {})}, given)

    def assert_report_is_true(self, done: Run, service: Service, of: str = "") -> None:
        """Holds a report against what happened at a service that no other program has called.

        What is reported as deleted was; of what is reported as failed nothing was; what is already gone is on no list;
        and no deletion goes unmentioned. `of` is the From_Account where the lines of the report name none.
        """
        mentioned = set()
        for line in done.json:
            pair = (line.get("from_account", of), line["to_account"])
            was_deleted = len(service.record[pair].deletions) > 0
            mentioned.add(pair)
            if line["outcome"] == "deleted":
                self.assertTrue(was_deleted, line)
            elif line["outcome"] == "failed":
                self.assertFalse(was_deleted, line)
            elif line["outcome"] == "already_gone":
                self.assertFalse(service.graph.is_friend(*pair), line)
        asked_and_deleted = {pair for pair, entry in service.record if entry.asked > 0 and entry.deletions}
        self.assertEqual(asked_and_deleted - mentioned, set())

    def calls(self, from_account: str) -> List[Dict[str, Any]]:
        """The bodies of the calls that reached the service."""
        return [call.json for call in self.service.calls.of(from_account)]


@contextmanager
def scripted(answer: Callable[[Request, Callable[[Request], Answer]], Answer]) -> Iterator[Service]:
    """A service of one test's own, whose answers `answer(request, ordinary)` makes or changes."""
    with Service(quota=100_000) as service:
        ordinary = service.api.handle
        service.api.handle = lambda request: answer(request, ordinary)  # type: ignore[method-assign]
        yield service


class Impostor(NamedTuple):
    port: int
    cacert: str
    seen: List[Request]

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def impostor() -> Iterator[Impostor]:
    """A server on the loopback whose certificate, good as it is, names another host."""
    with tempfile.TemporaryDirectory() as directory:
        made = Certificate(os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost/CN=127.0.0.1", "-addext",
                        "subjectAltName=DNS:elsewhere.invalid", "-out", made.certificate, "-keyout", made.key],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen: List[Request] = []

        def answer(request: Request) -> Answer:
            seen.append(request)
            return Answer(b"{}")

        server = HttpsServer(answer, made)
        try:
            yield Impostor(server.port, made.certificate, seen)
        finally:
            server.stop()
