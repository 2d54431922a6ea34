"""A trace of the command tells what the service saw, and can be drawn."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from support import ACCOUNT_FAILED, BAD_INPUT, HERE, OK, PATIENCE, EndToEnd, Run, Service, whole_environment

PLOT = Path(HERE).parent.parent / "examples" / "command_line" / "plot_trace.py"
Event = Dict[str, Any]


def load_plot() -> Any:
    """The script as a module; it needs no matplotlib before it draws."""
    spec = importlib.util.spec_from_file_location("plot_trace", PLOT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plot_trace"] = module
    spec.loader.exec_module(module)
    return module


class Traced(EndToEnd):
    def trace(self, *arguments: str, given: bytes = b"", service: Optional[Service] = None,
              environment: Optional[Dict[str, str]] = None) -> Tuple[Run, List[Event]]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "trace.jsonl")
            done = self.unfriend("--trace-file", str(path), *arguments, given=given, service=service,
                                 environment=environment)
            text = path.read_text(encoding="ascii")
        self.assert_tells_no_secret(text)
        events = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(events[0]["event"], "run_start")
        self.assertEqual([event["time"] for event in events], sorted(event["time"] for event in events))
        return done, events

    def assert_tells_no_secret(self, text: str) -> None:
        for secret in (self.service.credentials.secret_key, "usersig", "eJ", "https://"):
            self.assertNotIn(secret, text)

    def of(self, events: List[Event], name: str) -> List[Event]:
        return [event for event in events if event["event"] == name]

    def assert_reconstructs(self, events: List[Event], service: Service) -> None:
        """Each attempt of the trace is a request of the service's own record, in the same order at each host."""
        ends = self.of(events, "attempt_end")
        reached = [event for event in ends if "http_status" in event]
        calls = list(service.calls)
        self.assertEqual(len(self.of(events, "attempt_start")), len(ends))
        for host in service.hosts:
            told = Counter((event["http_status"], event.get("error_code")) for event in reached
                           if event["host"] == host.authority)
            self.assertEqual(told, Counter((call.status, call.error_code) for call in calls
                                           if call.host == host.number and call.status is not None))
        self.assertEqual(sum(event["request_bytes"] for event in ends
                             if "http_status" in event), sum(len(call.body) for call in calls if call.status is not None))
        starts, call_ends = self.of(events, "call_start"), self.of(events, "call_end")
        self.assertEqual([event["call"] for event in starts], list(range(1, len(starts) + 1)))
        self.assertEqual(sorted(event["call"] for event in call_ends), [event["call"] for event in starts])
        for end in call_ends:
            of_call = [event for event in ends if event["call"] == end["call"]]
            self.assertEqual([event["attempt"] for event in of_call], list(range(1, end["attempts"] + 1)))
            for event in of_call:
                self.assertEqual("retry_in" in event, event is not of_call[-1])


class Told(Traced):
    def test_a_call_is_told_event_by_event(self) -> None:
        self.graph.befriend("told", ["bob", "carol"])
        done, events = self.trace("told", "bob", "carol")
        self.assertEqual((done.status, done.err), (OK, ""))
        names = [event["event"] for event in events]
        self.assertEqual(names, ["run_start", "call_start", "attempt_start", "attempt_end", "call_end"])
        run, start, sent, answered, end = events
        self.assertEqual((run["rate"], run["host"]), (200, self.service.authority))
        self.assertEqual((start["command"], start["accounts"]), ("friend_delete", 2))
        self.assertEqual((sent["host"], sent["backup"], sent["attempt"]), (self.service.authority, False, 1))
        self.assertEqual((answered["http_status"], answered["error_code"]), (200, 0))
        self.assertEqual((end["outcome"], end["deleted"], end["failed"]), ("deleted", 2, 0))

    def test_without_a_file_it_is_on_standard_error(self) -> None:
        self.graph.befriend("stderr", ["bob"])
        done = self.unfriend("--trace", "--json", "stderr", "bob")
        self.assertEqual(done.status, OK)
        self.assertEqual(len(done.json), 1)
        self.assertEqual([json.loads(line)["event"] for line in done.err.splitlines()],
                         ["run_start", "call_start", "attempt_start", "attempt_end", "call_end"])

    def test_what_fails_carries_the_identifier_that_the_support_asks_for(self) -> None:
        with Service() as service:
            service.options.request_ids = True
            service.graph.befriend("ids", ["bob"])
            done, events = self.trace("--json", "ids", "bob", "stranger", service=service)
            self.assertEqual(done.status, ACCOUNT_FAILED)
            self.assertEqual([event["request_id"] for event in self.of(events, "attempt_end")], ["stand-in-1"])
            self.assertEqual([line.get("request_id") for line in done.json], [None, "stand-in-1"])
            self.assertIn(", RequestId stand-in-2\n", self.unfriend("ids", "stranger", service=service).out)
            refused = self.unfriend("--json", "--retries", "0", "fault.code.30006.x", "bob", service=service).json
            self.assertEqual([line["request_id"] for line in refused], ["stand-in-3"])

    def test_an_identifier_of_another_answer_is_not_printed(self) -> None:
        """The first answer fails `stranger`, the second one deletes the rest."""
        with Service() as service:
            service.options.request_ids = True
            service.graph.befriend("two", ["item.30008*1.x"])
            done = self.unfriend("--json", "two", "stranger", "item.30008*1.x", service=service)
            self.assertEqual(len(service.calls), 2)
            self.assertEqual([line.get("request_id") for line in done.json], [None, None])

    def test_without_identifiers_none_is_printed(self) -> None:
        self.assertNotIn("request_id", self.unfriend("--json", "none", "stranger").out)
        self.assertNotIn("RequestId", self.unfriend("none", "stranger").out)


class Reconstructed(Traced):
    def test_faults_waits_and_retries(self) -> None:
        with Service() as service:
            names = ["fault.http.503*2.x", "fault.drop*1.x", "fault.html*1.x", "fault.code.30006*1.x", "fault.http.404.x",
                     "fault.code.70001*1.x", "fault.retry_503.1*1.x", "good"]
            for name in names:
                service.graph.befriend(name, ["pal"])
            given = "".join(f"{name}\tpal\n" for name in names).encode()
            done, events = self.trace("--bulk", "-", given=given, service=service)
            self.assertEqual(done.status, ACCOUNT_FAILED)
            self.assert_reconstructs(events, service)
            self.assertEqual(len(self.of(events, "attempt_end")), len(service.calls))
            self.assertEqual(len(self.of(events, "user_sig_renewal")), 1)
            waits = self.of(events, "wait_start")
            self.assertEqual([wait["duration"] for wait in waits if wait["kind"] == "retry_after"], [1.0])
            self.assertGreaterEqual(sum(wait["kind"] == "backoff" for wait in waits), 4)
            for wait in (wait for wait in waits if wait["kind"] != "pace"):
                after = [event for event in events if event.get("call") == wait["call"] and
                         event["event"] in ("attempt_start", "wait_start") and event["time"] > wait["time"]]
                self.assertGreaterEqual(after[0]["time"] - wait["time"], wait["duration"] - 1e-5)

    def test_a_throttle_and_an_outage_of_the_primary(self) -> None:
        with Service(quota=40, hosts=2, everyone_is_friends=True) as service:
            service.weather.add("drop", host=0, after=30)
            given = "".join(f"user{number}\tpal\n" for number in range(120)).encode()
            done, events = self.trace("--bulk", "-", "--retries", "20", given=given, service=service)
            self.assertEqual(done.status, OK, done.err)
            self.assert_reconstructs(events, service)
            rates = [run["rate"] for run in events if run["event"] in ("run_start", "rate_change")]
            changes = self.of(events, "rate_change")
            self.assertEqual([change["previous"] for change in changes], rates[:-1])
            self.assertLess(min(rates), 60)
            circuits = [(event["host"], event["state"]) for event in self.of(events, "circuit_change")]
            self.assertEqual(circuits[0], (service.hosts[0].authority, "open"))
            throttled = [event for event in self.of(events, "attempt_end") if event.get("error_code") == 60011]
            self.assertEqual(len(throttled), service.quota.refusals)
            self.assertGreater(sum(event["kind"] == "pace" for event in self.of(events, "wait_start")), 0)
            self.assertGreater(sum(event["backup"] for event in self.of(events, "attempt_end")), 30)


class Unwritable(Traced):
    def test_a_trace_that_cannot_be_opened_is_bad_input(self) -> None:
        self.graph.befriend("unopened", ["bob"])
        done = self.unfriend("--trace-file", "/nonexistent/trace", "unopened", "bob")
        self.assertEqual((done.status, done.out, done.err), (BAD_INPUT, "", "unfriend: cannot write /nonexistent/trace\n"))
        self.assertEqual(self.calls("unopened"), [])

    def test_a_trace_that_cannot_be_written_ends_the_command_as_unwritable_results_do(self) -> None:
        pairs = [(f"full{number}", "pal") for number in range(50)]
        for one, other in pairs:
            self.graph.befriend(one, [other])
        given = "".join(f"{one}\t{other}\n" for one, other in pairs).encode()
        done = self.unfriend("--json", "--trace-file", "/dev/full", "--bulk", "-", given=given)
        self.assertEqual((done.status, done.err), (ACCOUNT_FAILED, "unfriend: the trace cannot be written\n"))
        self.assertEqual(len(done.json), 50)
        self.assertEqual(done.json[-1]["result_info"], "it was not sent")

    def test_a_reader_of_the_trace_that_goes_away_ends_it_too(self) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        where = ["--endpoint", self.service.endpoint, "--cacert", self.service.cacert]
        done = subprocess.run([self.example, *where, "--trace", "gone", "pal"], stdout=subprocess.PIPE, stderr=writing,
                              timeout=PATIENCE, env=whole_environment(self.service.environment))
        os.close(writing)
        self.assertEqual(done.returncode, ACCOUNT_FAILED)
        self.assertEqual(self.calls("gone"), [])


class Drawn(Traced):
    def test_waits_and_avoided_hosts_are_read_out_of_the_events(self) -> None:
        plot = load_plot()
        events = [{"event": "run_start", "time": 0.0, "rate": 200},
                  {"event": "wait_start", "time": 1.0, "call": 1, "kind": "pace", "duration": 0.5},
                  {"event": "wait_start", "time": 1.5, "call": 2, "kind": "backoff", "duration": 9.0},
                  {"event": "circuit_change", "time": 1.5, "host": "a", "state": "open"},
                  {"event": "attempt_start", "time": 2.0, "call": 1},
                  {"event": "circuit_change", "time": 3.0, "host": "a", "state": "half_open"},
                  {"event": "circuit_change", "time": 4.0, "host": "a", "state": "closed"},
                  {"event": "call_end", "time": 5.0, "call": 1}]
        waits = plot.waits(events)
        self.assertEqual(sorted(waits), [(1.0, 2.0, "pace"), (1.5, 5.0, "backoff")])
        self.assertEqual(plot.waiting_over_time(waits, "pace"), ([0.0, 1.0, 2.0], [0, 1, 0]))
        self.assertEqual(plot.avoided(events), [("a", 1.5, 4.0)])

    def test_attempts_are_told_apart(self) -> None:
        kind_of = load_plot().kind_of
        for attempt, kind in (({"http_status": 200, "error_code": 0}, "answered"),
                              ({"http_status": 200, "error_code": 60011}, "throttled"),
                              ({"http_status": 429, "error": "e"}, "throttled"),
                              ({"http_status": 503, "error": "e"}, "not usable"),
                              ({"http_status": 200, "error_code": 30006}, "refused or failed there"),
                              ({"error": "e"}, "no response")):
            self.assertEqual(kind_of(attempt), kind)

    def test_a_line_that_was_cut_off_is_left_out_and_another_file_is_no_trace(self) -> None:
        plot = load_plot()
        whole = '{"event":"run_start","time":0.0,"rate":1}\n'
        self.assertEqual(len(plot.read([whole, '{"event":"call_st'])), 1)
        for lines in ([], ['{"event":"call_start"}\n'], ["[]x\n"]):
            with self.assertRaises(ValueError):
                plot.read(lines)

    @unittest.skipIf(importlib.util.find_spec("matplotlib") is None, "python3-matplotlib is not installed")
    def test_a_trace_becomes_a_picture(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            trace, picture = Path(folder, "trace.jsonl"), Path(folder, "trace.svg")
            with Service(hosts=2) as service:
                for name in ("fault.http.503*2.x", "good"):
                    service.graph.befriend(name, ["pal"])
                self.unfriend("--trace-file", str(trace), "--bulk", "-", service=service,
                              given=b"fault.http.503*2.x\tpal\ngood\tpal\n")
            subprocess.run([sys.executable, str(PLOT), str(trace), str(picture)], check=True, timeout=PATIENCE)
            root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
            words = " ".join(text for text in root.itertext())
            for word in ("answered (2)", "not usable (2)", "backoff", "allowed by the pacer", "seconds"):
                self.assertIn(word, words)


if __name__ == "__main__":
    unittest.main()
