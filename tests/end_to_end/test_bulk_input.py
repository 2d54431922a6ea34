"""Lines of every kind: named again, in any bytes, more than wanted."""

from __future__ import annotations

import unittest
from typing import List, Tuple

from support import ACCOUNT_FAILED, OK, EndToEnd, Run, Service

Pair = Tuple[str, str]


class Input(EndToEnd):
    def bulk(self, given: bytes, *arguments: str, service: Service) -> Run:
        return self.unfriend("--json", "--bulk", "-", *arguments, given=given, service=service)


class NamedAgain(Input):
    def test_a_pair_that_is_named_again_before_its_result_gets_that_result(self) -> None:
        """In the same call, in a later one, and behind others that were sent meanwhile."""
        given = b"ann\tbob\nann\tbob\ncarol\tdave\nann\tbob\nann\tstranger\nann\tbob\ncarol\tdave\nann\tstranger\n"
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["bob"])
            service.graph.befriend("carol", ["dave"])
            service.graph.add_account("stranger")
            service.weather.add("slow.500", of="ann", times=1)
            done = self.bulk(given, service=service)
            self.assertEqual([line["outcome"] for line in done.json],
                             ["deleted", "deleted", "deleted", "deleted", "failed", "deleted", "deleted", "failed"])
            self.assertEqual([f"{line['from_account']}\t{line['to_account']}" for line in done.json],
                             given.decode().splitlines())
            asked = {pair: entry.asked for pair, entry in service.record}
            self.assertEqual(asked, {("ann", "bob"): 1, ("carol", "dave"): 1, ("ann", "stranger"): 1})

    def test_a_lost_answer_is_lost_for_both(self) -> None:
        with Service(quota=100_000) as service:
            service.graph.befriend("fault.drop_after.ann", ["bob"])
            service.graph.befriend("carol", ["dave"])
            done = self.bulk(b"fault.drop_after.ann\tbob\ncarol\tdave\nfault.drop_after.ann\tbob\n", "--retries", "0",
                             service=service)
        self.assertEqual([line["outcome"] for line in done.json], ["unknown", "deleted", "unknown"])

    def test_one_that_was_reported_is_sent_again(self) -> None:
        with Service(quota=100_000, everyone_is_friends=True) as service:
            given = b"ann\tbob\n" + b"".join(b"user%d\tpal\n" % number for number in range(40)) + b"ann\tbob\n"
            done = self.bulk(given, "--concurrency", "1", service=service)
            self.assertEqual((done.json[0]["outcome"], done.json[-1]["result_code"]), ("deleted", 31704))


class Bytes(Input):
    def test_json_is_json_whatever_the_bytes(self) -> None:
        table = ((b"ann\xff", "ann\ufffd"), (b"\xc3\x28", "\ufffd("), (b"\xed\xa0\x80", "\ufffd" * 3),
                 (b"\xf4\x90\x80\x80", "\ufffd" * 4), (b"\xc0\xaf", "\ufffd" * 2), (b"caf\xc3", "caf\ufffd"),
                 ("né😀".encode(), "né😀"), (b'"\\\x01', '"\\\x01'), (b"nul\0", "nul\0"))
        given = b"".join(one + b"\tto" + one + b"\n" for one, _ in table)
        with Service(quota=100_000) as service:
            done = self.bulk(given, service=service)
        self.assertEqual(done.status, ACCOUNT_FAILED, done.err)
        self.assertEqual([(line["from_account"], line["to_account"]) for line in done.json],
                         [(shown, "to" + shown) for _, shown in table])

    def test_a_text_that_is_cut_is_cut_between_characters(self) -> None:
        table = (("a" * 31 + "é", "a" * 31), ("a" * 30 + "é", "a" * 30 + "é"), ("朋" * 11, "朋" * 10),
                 ("a" + "😀" * 8, "a" + "😀" * 7), ("x" * 40, "x" * 32))
        given = "".join(f"{one}\t{one}\n" for one, _ in table).encode()
        with Service(quota=100_000) as service:
            done = self.bulk(given, service=service)
        self.assertEqual([(line["from_account"], line["to_account"]) for line in done.json],
                         [(shown, shown) for _, shown in table])

    def test_named_accounts_and_a_user_sig_are_json_too(self) -> None:
        done = self.unfriend("--json", "--inspect-user-sig", "\udcff\udcfe")
        self.assertFalse(done.json[0]["valid"])


class Careful(Input):
    GIVEN = b"".join(b"user%d\tpal\n" % number for number in range(100))

    def test_limit_sends_no_more_and_leaves_the_rest_alone(self) -> None:
        with Service(quota=100_000, everyone_is_friends=True) as service:
            done = self.bulk(self.GIVEN, "--limit", "7", service=service)
            self.assertEqual((done.status, len(done.json), len(service.calls)), (OK, 7, 7), done.err)

    def test_max_failures_stops_the_job(self) -> None:
        given = b"".join(b"fault.code.30001.%d\tpal\n" % number for number in range(100))
        with Service(quota=100_000, everyone_is_friends=True) as service:
            done = self.bulk(b"good\tpal\n" + given, "--max-failures", "3", "--concurrency", "1", service=service)
            self.assertEqual(done.status, ACCOUNT_FAILED)
            self.assertEqual(done.err, "unfriend: stopped after 3 failures\n")
            self.assertEqual(len(done.json), 101)
            self.assertEqual(done.json[-1]["result_info"], "it was not sent")
            self.assertLessEqual(len(service.calls), 5)

    def test_strangers_are_no_failures_for_who_says_so(self) -> None:
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["bob"])
            for stranger in ("s1", "s2"):
                service.graph.add_account(stranger)
            given = b"ann\ts1\nann\ts2\nann\tbob\n"
            strict = self.bulk(given, "--max-failures", "1", service=service)
            self.assertEqual(strict.status, ACCOUNT_FAILED)
            done = self.bulk(given, "--ignore-not-friends", "--max-failures", "1", service=service)
            self.assertEqual(done.status, OK, done.err)
            self.assertEqual([line["outcome"] for line in done.json], ["failed"] * 3)
            named = self.unfriend("--json", "--ignore-not-friends", "ann", "s1", "bob", service=service)
            self.assertEqual((named.status, named.outcomes), (OK, {"s1": "failed", "bob": "failed"}))

    def test_who_does_not_exist_is_a_failure_all_the_same(self) -> None:
        with Service(quota=100_000) as service:
            service.graph.add_account("ann")
            service.graph.add_account("s1")
            done = self.bulk(b"ann\ts1\nann\tnobody\n", "--ignore-not-friends", service=service)
            self.assertEqual(done.status, ACCOUNT_FAILED)


if __name__ == "__main__":
    unittest.main()
