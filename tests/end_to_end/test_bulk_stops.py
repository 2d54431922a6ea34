"""A bulk job stops by itself when there is no use in going on, says why, and reports the rest as not sent."""

from __future__ import annotations

import unittest
from typing import List

from support import ACCOUNT_FAILED, OK, REFUSED, EndToEnd, Run, Service


class Stops(EndToEnd):
    GIVEN = b"".join(b"user%d\tpal\n" % number for number in range(300))

    def bulk(self, *arguments: str, service: Service, given: bytes = GIVEN) -> Run:
        done = self.unfriend("--json", "--bulk", "-", "--rate", "1000", *arguments, given=given, service=service)
        self.assertEqual(len(done.json), given.count(b"\n"), done.err)
        self.assert_report_is_true(done, service)
        return done

    def outcomes(self, done: Run) -> List[str]:
        return [line["outcome"] for line in done.json]

    def test_when_the_security_policy_objects_three_times_in_a_row(self) -> None:
        with Service(quota=100_000, everyone_is_friends=True) as service:
            service.weather.add("code.31707", after=20)
            done = self.bulk("--concurrency", "1", service=service)
            self.assertEqual(done.status, REFUSED)
            self.assertIn("31707", done.err)
            self.assertEqual(len(service.calls), 23)
            self.assertEqual(self.outcomes(done), ["deleted"] * 20 + ["failed"] * 280)
            self.assertEqual(done.json[-1]["result_info"], "it was not sent")

    def test_not_when_one_account_fails_for_ever(self) -> None:
        with Service(quota=100_000, everyone_is_friends=True) as service:
            service.weather.add("item.30008", to="bad")
            given = b"user0\tpal\nuser1\tbad\nuser1\tgood\n" + self.GIVEN
            done = self.bulk(service=service, given=given)
            self.assertEqual(done.status, ACCOUNT_FAILED)
            self.assertEqual([line["to_account"] for line in done.json if line["outcome"] == "failed"], ["bad"])

    def test_not_when_it_is_throttled(self) -> None:
        """Every call is refused at first; `--retries` does not count these."""
        with Service(quota=100_000, everyone_is_friends=True) as service:
            service.weather.add("code.60011", times=12)
            done = self.bulk("--retries", "1", "--concurrency", "8", service=service,
                             given=b"".join(b"user%d\tpal\n" % number for number in range(20)))
            self.assertEqual((done.status, set(self.outcomes(done))), (OK, {"deleted"}), done.err)

    def test_calls_of_one_from_account_make_no_write_conflicts(self) -> None:
        with Service(quota=100_000, everyone_is_friends=True) as service:
            service.options.write_conflicts = True
            service.options.one_way_delay = 0.005
            given = b"".join(b"user%d\tpal%d\n" % (number % 3, number) for number in range(120))
            done = self.bulk("--concurrency", "8", "--retries", "0", service=service, given=given)
            self.assertEqual((done.status, service.in_progress.side_by_side), (OK, 0), done.err)
            self.assertGreater(service.in_progress.most, 1)


if __name__ == "__main__":
    unittest.main()
