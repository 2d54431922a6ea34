"""SIGINT and SIGTERM: the command ends in good order, the second time at once, and what was done has been printed."""

from __future__ import annotations

import json
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Dict, List, Tuple

from support import PATIENCE, TRANSPORT, EndToEnd, Service, assert_no_secret, whole_environment

Pair = Tuple[str, str]


class Process:
    """The command over a pipe that stays open until `close`."""

    def __init__(self, example: str, service: Service, *arguments: str) -> None:
        self._environment = service.environment
        command = [example, "--endpoint", service.endpoint, "--cacert", service.cacert, "--json", "--bulk", "-"]
        self._process = subprocess.Popen([*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, env=whole_environment(service.environment))

    def give(self, pairs: List[Pair]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{one}\t{other}\n" for one, other in pairs).encode())
        self._process.stdin.flush()

    def line(self) -> Dict[str, Any]:
        """The next one, while the command runs."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """If it has not ended."""
        with self._process:
            self._process.kill()

    def end(self) -> Tuple[int, List[Dict[str, Any]], str]:
        """Exit status, what was not read yet, and what was said. Its input is still open until it has ended."""
        status = self._process.wait(PATIENCE)
        out, err = self._process.communicate()
        assert_no_secret(out + err, self._environment)
        return status, [json.loads(line) for line in out.splitlines()], err.decode()


def until(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.005)


class Interruption(EndToEnd):
    def setUp(self) -> None:
        self.own = Service(quota=100_000, everyone_is_friends=True)
        self.own.__enter__()
        self.addCleanup(self.own.__exit__)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = Path(folder.name)

    def run_command(self, *arguments: str) -> Process:
        process = Process(self.example, self.own, *arguments)
        self.addCleanup(process.kill)
        return process

    def test_it_ends_though_its_input_is_open_and_silent(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process = self.run_command()
                process.give([(f"ann{number}", "bob"), (f"carol{number}", "dave")])
                printed = [process.line(), process.line()]
                self.assertEqual([line["outcome"] for line in printed], ["deleted", "deleted"])
                process.signal(number)
                self.assertEqual(process.end(), (TRANSPORT, [], "unfriend: interrupted\n"))

    def test_it_ends_before_any_input(self) -> None:
        process = self.run_command()
        process.give([("ann", "bob")])
        process.line()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.end()[0], TRANSPORT)

    def test_pairs_are_sent_and_reported_while_the_input_is_open(self) -> None:
        process = self.run_command()
        for number in range(3):
            process.give([(f"ann{number}", "bob")])
            self.assertEqual(process.line()["from_account"], f"ann{number}")
        process.signal(signal.SIGTERM)
        process.end()

    def test_what_is_in_flight_is_finished_and_nothing_more_is_sent(self) -> None:
        self.own.weather.add("slow.700")
        process = self.run_command("--concurrency", "2")
        process.give([(f"user{number}", "pal") for number in range(6)])
        until(lambda: len(self.own.calls) == 2)
        process.signal(signal.SIGTERM)
        status, results, said = process.end()
        self.assertEqual((status, said), (TRANSPORT, "unfriend: interrupted\n"))
        self.assertEqual([line["outcome"] for line in results], ["deleted"] * 2 + ["failed"] * 4)
        self.assertEqual([line["result_info"] for line in results[2:]], ["it was not sent"] * 4)
        self.assertEqual(len(self.own.calls), 2)

    def test_a_second_signal_ends_it_at_once_and_loses_no_result(self) -> None:
        """The first of four calls gets no answer, so the results of the others wait for their turn."""
        for first, second in ((signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)):
            with self.subTest(first):
                self.own.calls.clear()
                self.own.weather.add("stall", of=f"user{first}.0")
                journal = self.scratch / f"{first}.journal"
                process = self.run_command("--concurrency", "4", "--journal", str(journal))
                process.give([(f"user{first}.{number}", "pal") for number in range(5)])
                until(lambda: journal.exists() and journal.read_text(encoding="utf-8").count("deleted\t") == 4)
                process.signal(first)
                process.signal(second)
                status, results, _ = process.end()
                self.assertEqual(status, TRANSPORT)
                self.assertEqual([line["outcome"] for line in results], ["unknown"] + ["deleted"] * 4)


if __name__ == "__main__":
    unittest.main()
