"""The metrics of a job, as two parsers of Prometheus read them while it runs.

UNFRIEND_METRICS names the program.
"""

from __future__ import annotations

import subprocess
import time
import unittest
import urllib.request
from typing import Dict, List, Optional, Tuple

from support import PATIENCE, Service, assert_no_secret, program, whole_environment

try:
    from prometheus_client import parser as classic
    from prometheus_client.openmetrics import parser as openmetrics
except ImportError:
    classic = openmetrics = None  # type: ignore[assignment]

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Samples:
    """The samples of an exposition, each found by its name and some of its labels."""

    def __init__(self, text: str) -> None:
        self.families = list(openmetrics.text_string_to_metric_families(text))
        self.all = [sample for family in self.families for sample in family.samples]
        read = [sample for family in classic.text_string_to_metric_families(text) for sample in family.samples]
        assert {(sample.name, tuple(sorted(sample.labels.items())), sample.value) for sample in read} == {
            (sample.name, tuple(sorted(sample.labels.items())), sample.value) for sample in self.all}

    def find(self, name: str, **labels: str) -> List[Tuple[Dict[str, str], float]]:
        return [(sample.labels, sample.value) for sample in self.all
                if sample.name == name and labels.items() <= sample.labels.items()]

    def sum(self, name: str, **labels: str) -> float:
        found = self.find(name, **labels)
        assert found, f"there is no {name} with {labels}"
        return sum(value for _, value in found)


class Job:
    """The program, with pairs to be given to it, from the start of the context to its end."""

    def __init__(self, service: Service, backup: Optional[str] = None) -> None:
        self._environment = service.environment
        hosts = service.authority + (f",{backup}" if backup else "")
        self._process = subprocess.Popen([program("UNFRIEND_METRICS"), hosts, service.cacert],
                                         env=whole_environment(service.environment), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self._process.stdout is not None
        first = self._process.stdout.readline().decode()
        assert first.startswith("listening "), first
        self._url = f"http://127.0.0.1:{int(first.split()[1])}/metrics"

    def __enter__(self) -> "Job":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    def give(self, *pairs: Tuple[str, str]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{one}\t{other}\n" for one, other in pairs).encode())
        self._process.stdin.flush()

    def scrape(self) -> Samples:
        with urllib.request.urlopen(self._url, timeout=PATIENCE) as response:
            assert response.headers["Content-Type"] == CONTENT_TYPE
            return Samples(response.read().decode())

    def scrape_until(self, name: str, value: float, **labels: str) -> Samples:
        """The first scrape in which the samples of that name and those labels have that sum."""
        end = time.monotonic() + PATIENCE
        while True:
            samples = self.scrape()
            if samples.sum(name, **labels) == value or time.monotonic() > end:
                return samples

    def end(self) -> Tuple[int, Samples]:
        """Gives nothing more; exit status, and the metrics that were printed at the end."""
        out, err = self._process.communicate(timeout=PATIENCE)
        assert_no_secret(out + err, self._environment)
        assert err == b"", err
        return self._process.returncode, Samples(out.decode())


@unittest.skipIf(openmetrics is None, "python3-prometheus-client is not installed")
class Metrics(unittest.TestCase):
    def test_a_job_can_be_watched_while_it_runs(self) -> None:
        with Service() as service, Job(service) as job:
            self.assertEqual(job.scrape().sum("unfriend_accounts_total"), 0)
            service.graph.befriend("alice", ["bob", "carol"])
            job.give(("alice", "bob"))
            seen = job.scrape_until("unfriend_accounts_total", 1)
            self.assertEqual(seen.sum("unfriend_accounts_total", outcome="deleted"), 1)
            self.assertEqual(seen.sum("unfriend_calls_total", stop_reason="completed"), 1)
            job.give(("alice", "carol"))
            self.assertEqual(job.scrape_until("unfriend_accounts_total", 2).sum("unfriend_calls_total"), 2)
            status, last = job.end()
            self.assertEqual((status, last.sum("unfriend_accounts_total")), (0, 2))

    def test_attempts_are_counted_as_open_telemetry_names_them(self) -> None:
        with Service() as service, Job(service) as job:
            names = ["fault.http.503*1.x", "fault.http.418*1.x", "fault.drop*1.x", "fault.html*1.x", "good"]
            for name in names:
                service.graph.befriend(name, ["pal"])
            job.give(*((name, "pal") for name in names))
            status, last = job.end()
            self.assertEqual(status, 1)  # 418 is not retried
            duration = "http_client_request_duration_seconds_count"
            address, _, port = service.authority.rpartition(":")
            here = {"http_request_method": "POST", "server_address": address, "server_port": port}
            for labels, count in (({"http_response_status_code": "503", "error_type": "503"}, 1),
                                  ({"http_response_status_code": "200", "error_type": "unusable_response"}, 1),
                                  ({"error_type": "_OTHER"}, 2)):  # 418, and the connection that closes
                self.assertEqual(last.sum(duration, **here, **labels), count, labels)
            good = [value for labels, value in last.find(duration, http_response_status_code="200")
                    if "error_type" not in labels]
            self.assertEqual(good, [4])
            self.assertEqual(last.sum(duration), len(service.calls))
            self.assertEqual(last.sum("http_request_resend_count_total", **here), 3)
            self.assertEqual(last.sum("http_client_request_body_size_bytes_sum"),
                             sum(len(call.body) for call in service.calls))
            self.assertEqual(last.sum("http_client_active_requests"), 0)
            self.assertEqual(last.sum("unfriend_active_calls"), 0)
            self.assertGreaterEqual(last.sum("unfriend_waits_total", kind="backoff"), 3)

    def test_a_histogram_adds_up(self) -> None:
        with Service() as service, Job(service) as job:
            service.graph.befriend("fault.slow.300.x", ["pal"])
            service.graph.befriend("quick", ["pal"])
            job.give(("fault.slow.300.x", "pal"), ("quick", "pal"))
            _, last = job.end()
            buckets = dict((float(labels["le"]), value) for labels, value in last.find(
                "http_client_request_duration_seconds_bucket", http_response_status_code="200"))
            self.assertEqual(buckets[0.25], 1)
            self.assertEqual(buckets[10.0], 2)
            self.assertEqual(buckets[float("inf")], 2)
            self.assertGreater(last.sum("http_client_request_duration_seconds_sum"), 0.3)
            self.assertEqual(sorted(buckets.values()), [value for _, value in sorted(buckets.items())])

    def test_pace_hosts_and_user_sig_are_seen(self) -> None:
        with Service(hosts=2) as service, Job(service, service.hosts[1].authority) as job:
            self.assertEqual(job.scrape().sum("unfriend_rate"), 200)
            names = ["fault.code.60011*1.x", "fault.code.70001*1.x"]
            for name in names:
                service.graph.befriend(name, ["pal"])
            job.give(*((name, "pal") for name in names))
            seen = job.scrape_until("unfriend_accounts_total", 2, outcome="deleted")
            self.assertLess(seen.sum("unfriend_rate"), 200)
            self.assertEqual(seen.sum("unfriend_answers_total", kind="throttled"), 1)
            self.assertEqual(seen.sum("unfriend_answers_total", kind="success"), 2)
            self.assertEqual(seen.sum("unfriend_user_sig_renewals_total"), 1)

            port = service.hosts[0].authority.rpartition(":")[2]
            self.assertEqual(seen.sum("unfriend_host_avoided"), 0)
            service.hosts[0].become("refusing")
            pairs = [(f"away{number}", "pal") for number in range(3)]
            for one, other in pairs:
                service.graph.befriend(one, [other])
            job.give(*pairs)
            seen = job.scrape_until("unfriend_accounts_total", 5, outcome="deleted")
            self.assertEqual(seen.sum("unfriend_host_avoided", server_port=port), 1)
            self.assertEqual(seen.sum("unfriend_host_avoided"), 1)
            refused = "http_client_request_duration_seconds_count"
            self.assertGreaterEqual(seen.sum(refused, error_type="not_connected", server_port=port), 3)
            self.assertEqual(job.end()[0], 0)

    def test_names_have_help_and_the_units_that_they_should(self) -> None:
        with Service() as service, Job(service) as job:
            families = {family.name: family for family in job.scrape().families}
            self.assertEqual({name: family.unit for name, family in families.items() if family.unit},
                             {"http_client_request_duration_seconds": "seconds",
                              "http_client_request_body_size_bytes": "bytes",
                              "http_client_response_body_size_bytes": "bytes",
                              "unfriend_call_duration_seconds": "seconds"})
            for family in families.values():
                self.assertTrue(family.documentation.endswith("."), family.name)
            job.end()


if __name__ == "__main__":
    unittest.main()
