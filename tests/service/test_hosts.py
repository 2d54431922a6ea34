"""Hosts that go away in several ways and come back, while others stay."""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest
from typing import List, Tuple

from caller import Caller
from https_server import State
from service import Service

NOW = 1700000000.0
LIMIT = 20  # seconds, for what should come at once
NO_REPLY = 0.1  # seconds in which a listener of the loopback would long have replied
ENDED = (http.client.RemoteDisconnected, ssl.SSLEOFError, ConnectionResetError, BrokenPipeError)
ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_HERE = os.path.dirname(os.path.abspath(__file__))


def connects(family: int, address: str, port: int) -> bool:
    """Whether a connection is made; ConnectionRefusedError when it is refused."""
    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.setblocking(False)
        attempt.connect_ex((address, port))
        _, ready, _ = select.select([], [attempt], [], NO_REPLY)
        error = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, os.strerror(error))
        return bool(ready)


class TwoHosts(unittest.TestCase):
    def setUp(self) -> None:
        self.service = Service(quota=100_000, now=lambda: NOW, hosts=2)
        self.service.__enter__()
        self.addCleanup(self.service.__exit__)
        self.primary, self.backup = self.service.hosts
        self.service.graph.befriend("alice", ["a", "b", "c", "d"])

    def caller(self, host: int = 0) -> Caller:
        caller = Caller(self.service, NOW, host)
        self.addCleanup(caller.close)
        return caller

    def addresses(self) -> List[Tuple[int, str]]:
        """Those of the loopback that the primary, which is up, has on this machine."""
        found = []
        for family, address in ADDRESSES:
            try:
                if connects(family, address, self.primary.port):
                    found.append((family, address))
            except OSError:
                pass  # the machine has no such address
        self.assertIn(ADDRESSES[0], found)
        return found

    def test_they_are_one_service_and_each_keeps_its_own_record(self) -> None:
        self.assertEqual((self.service.port, self.service.endpoint), (self.primary.port, self.primary.endpoint))
        self.assertNotEqual(self.primary.port, self.backup.port)
        self.assertEqual(self.caller(0).codes("alice", ["a"]), [0])
        self.assertEqual(self.caller(1).codes("alice", ["a"]), [31704])
        self.assertEqual([(call.host, call.number) for call in self.service.calls], [(0, 1), (1, 2)])
        self.assertEqual([len(host.calls) for host in (self.primary, self.backup)], [1, 1])
        self.assertEqual([call.connection for call in self.service.calls], [1, 2])

    def test_a_host_that_refuses_has_a_closed_port_and_ends_its_connections(self) -> None:
        caller = self.caller()
        caller.codes("alice", ["a"])
        addresses = self.addresses()
        self.primary.become("refusing")
        for family, address in addresses:
            with self.assertRaises(ConnectionRefusedError):
                connects(family, address, self.primary.port)
        with self.assertRaises(ENDED):
            caller.delete("alice", ["b"])
        self.assertEqual(self.caller(1).codes("alice", ["b"]), [0])

    def test_a_host_that_is_unreachable_gives_no_reply_to_connect(self) -> None:
        addresses = self.addresses()
        self.primary.become("unreachable")
        for family, address in addresses:
            for _ in range(3):
                self.assertFalse(connects(family, address, self.primary.port))
        self.assertEqual(self.caller(1).codes("alice", ["a"]), [0])

    def test_nor_to_what_comes_over_connections_that_were_open_and_it_is_not_done(self) -> None:
        for state in ("unreachable", "no_handshake"):
            with self.subTest(state):
                caller = self.caller()
                caller.codes("alice", ["a"])
                self.primary.become(state)
                caller.begin({"From_Account": "alice", "To_Account": ["b"]})
                self.assertEqual(self.caller(1).codes("alice", ["c"]), [0 if state == "unreachable" else 31704])
                self.primary.become("up")
                self.assertEqual(caller.rest(), b"")
        self.assertTrue(self.service.graph.is_friend("alice", "b"))
        self.assertEqual(len(self.primary.calls), 2)

    def test_a_host_without_handshakes_takes_connections_and_leaves_it_at_that(self) -> None:
        before = (self.primary.accepted, self.primary.handshakes)
        self.primary.become("no_handshake")
        with socket.create_connection(("127.0.0.1", self.primary.port), LIMIT) as plain:
            context = ssl.create_default_context(cafile=self.service.cacert)
            connection = context.wrap_socket(plain, server_hostname="localhost", do_handshake_on_connect=False)
            with connection:
                connection.setblocking(False)
                with self.assertRaises(ssl.SSLWantReadError):
                    connection.do_handshake()
                self.assertEqual(select.select([connection], [], [], NO_REPLY)[0], [])
                end = time.monotonic() + LIMIT
                while self.primary.accepted == before[0] and time.monotonic() < end:
                    pass
                self.assertEqual((self.primary.accepted, self.primary.handshakes), (before[0] + 1, before[1]))
                self.primary.become("up")
                connection.settimeout(LIMIT)
                with self.assertRaises(ENDED):
                    connection.do_handshake()

    def test_a_host_comes_back_at_the_same_port_from_wherever_it_was(self) -> None:
        names = iter("abcd")
        for state in ("refusing", "unreachable", "no_handshake"):
            with self.subTest(state):
                before = (self.primary.accepted, self.primary.handshakes)
                self.primary.become(state)
                self.primary.become("up")
                self.assertEqual(self.caller().codes("alice", [next(names)]), [0])
                self.assertEqual((self.primary.accepted, self.primary.handshakes), (before[0] + 1, before[1] + 1))

    def test_it_may_go_from_any_state_to_any_other(self) -> None:
        for state in State:
            for other in State:
                self.primary.become(state)
                self.primary.become(other)
                self.assertEqual(self.primary.state, other)
        self.primary.become("up")
        self.assertEqual(self.caller().codes("alice", ["a"]), [0])

    def test_a_call_whose_answer_was_due_later_gets_none_from_a_host_that_has_gone(self) -> None:
        self.service.graph.befriend("fault.slow.600000.a", ["bob"])
        done = threading.Event()
        self.service.api.after_deletion = lambda _: done.set()
        caller = self.caller()
        caller.begin({"From_Account": "fault.slow.600000.a", "To_Account": ["bob"]})
        self.assertTrue(done.wait(LIMIT))
        self.primary.become("unreachable")
        self.primary.become("up")
        self.assertEqual(caller.rest(), b"")
        self.assertTrue(self.service.in_progress.wait_for_none(LIMIT))

    def test_nor_from_one_that_is_away_when_it_is_due(self) -> None:
        gone = threading.Event()

        def leave(_: float) -> None:
            service.hosts[0].become("no_handshake")
            gone.set()

        with Service(now=lambda: NOW, sleep=leave) as service:
            service.graph.befriend("fault.slow.1.a", ["bob"])
            caller = Caller(service, NOW)
            caller.begin({"From_Account": "fault.slow.1.a", "To_Account": ["bob"]})
            self.assertTrue(gone.wait(LIMIT))
            service.hosts[0].become("up")
            self.assertEqual(caller.rest(), b"")
            caller.close()

    def test_a_state_that_there_is_not_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            self.primary.become("down")

    def test_a_rule_for_one_host_leaves_the_other_alone(self) -> None:
        self.service.weather.add("http.503", host=0)
        bodies = [caller.send({"From_Account": "alice", "To_Account": ["a"]}).status
                  for caller in (self.caller(0), self.caller(1))]
        self.assertEqual(bodies, [503, 200])

    def test_each_is_taken_away_and_brought_back_through_the_other(self) -> None:
        def ask(method: str, path: str, body: object = b"") -> object:
            return self.caller(1).send(body, method=method, path=path, query="").json  # type: ignore[arg-type]

        gone = {"host": 0, "port": self.primary.port, "state": "refusing", "accepted": 0, "handshakes": 0, "calls": 0}
        self.assertEqual(ask("POST", "/control/host", {"host": 0, "state": "refusing"}), gone)
        self.assertEqual(self.primary.state, State.REFUSING)
        self.assertEqual([host["state"] for host in ask("GET", "/control/hosts")["hosts"]],  # type: ignore[index]
                         ["refusing", "up"])
        ask("POST", "/control/host", {"host": 0, "state": "up"})
        self.assertEqual(self.caller(0).codes("alice", ["a"]), [0])


class OnTheCommandLine(unittest.TestCase):
    def test_hosts_weather_throttles_and_options_can_be_given(self) -> None:
        program = subprocess.Popen(
            [sys.executable, "-B", os.path.join(_HERE, "service.py"), "--lifetime", "30", "--everyone-is-friends",
             "--keep", "--hosts", "2", "--weather", "code.31707,of=eager,after=1", "--throttle",
             "1000,answer=http.429,seconds=60", "--not-a-friend", "30001", "--request-ids"],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(program.communicate)
        self.addCleanup(program.kill)
        assert program.stdout is not None
        words = [program.stdout.readline().split() for _ in range(3)]
        self.assertEqual([word for word, _ in words], ["listening", "cacert", "backup"])
        callers = [Caller.of_program(int(words[index][1]), words[1][1], time.time()) for index in (0, 2)]
        for caller in callers:
            self.addCleanup(caller.close)
        answers = [caller.delete("eager", ["bob"]) for caller in callers]
        self.assertEqual([answer["ErrorCode"] for answer in answers], [0, 31707])
        self.assertEqual(answers[0]["RequestId"], "stand-in-1")
        self.assertEqual(callers[0].codes("calm", ["bob", "bob"]), [0, 30001])
        record = callers[0].send(b"", method="GET", path="/control/record", query="of=eager").json
        self.assertEqual(record["pairs"][0]["asked"], 2)
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(LIMIT), 0)

    def test_what_makes_no_sense_is_an_error(self) -> None:
        for arguments in (("--weather", "gone"), ("--weather", "drop,fro=alice"), ("--throttle", "many"),
                          ("--throttle", "1,rate=2"), ("--throttle", "1,answer=drop_after"), ("--jitter", "-1")):
            with self.subTest(arguments):
                done = subprocess.run([sys.executable, "-B", os.path.join(_HERE, "service.py"), "--lifetime", "0",
                                       *arguments], capture_output=True, text=True, timeout=LIMIT)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.startswith("service: "), done.stderr)


if __name__ == "__main__":
    unittest.main()
