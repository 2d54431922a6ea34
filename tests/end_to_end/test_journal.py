"""A bulk job that is cut off, at any moment and by any means, and goes on where it was."""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
import time
import unittest
from typing import Dict, List, Tuple

from support import (ACCOUNT_FAILED, BAD_INPUT, OK, PATIENCE, EndToEnd, Run, Service, assert_no_secret, run,
                     whole_environment)

Pair = Tuple[str, str]


class Journal(EndToEnd):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pairs_file = os.path.join(folder.name, "pairs.tsv")
        self.journal = os.path.join(folder.name, "journal")

    def write(self, pairs: List[Pair]) -> None:
        with open(self.pairs_file, "w", encoding="ascii") as file:
            file.writelines(f"{one}\t{other}\n" for one, other in pairs)

    def notes(self) -> List[List[str]]:
        with open(self.journal, encoding="ascii") as file:
            return [line.split("\t") for line in file.read().splitlines()]

    def bulk(self, *arguments: str, service: Service) -> Run:
        return self.unfriend("--json", "--bulk", self.pairs_file, "--journal", self.journal, *arguments,
                             service=service)


class Notes(Journal):
    def test_each_account_is_noted_before_it_is_sent_and_with_its_result(self) -> None:
        self.write([("ann", "friend"), ("ann", "stranger"), ("ann", "x" * 33), ("nonsense\x01", "pal")])
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["friend"])
            service.graph.add_account("stranger")
            self.assertEqual(self.bulk(service=service).status, ACCOUNT_FAILED)
        self.assertEqual(self.notes(), [["sent", "ann", "friend"], ["sent", "ann", "stranger"],
                                        ["deleted", "ann", "friend", "0"], ["failed", "ann", "stranger", "31704"]])

    def test_what_it_settles_is_reported_and_not_sent_again(self) -> None:
        self.write([("ann", "friend"), ("ann", "stranger"), ("ann", "unsent"), ("ann", "refused")])
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["unsent", "refused"])
            with open(self.journal, "w", encoding="ascii") as file:
                file.write("sent\tann\tfriend\ndeleted\tann\tfriend\t0\nsent\tann\tstranger\nfailed\tann\tstranger\t31704\n"
                           "sent\tann\trefused\nfailed\tann\trefused\t60020\n")
            done = self.bulk("--resume", service=service)
            self.assertEqual([(line["to_account"], line["outcome"], line["result_code"]) for line in done.json],
                             [("friend", "deleted", 0), ("stranger", "failed", 31704), ("unsent", "deleted", 0),
                              ("refused", "deleted", 0)])
            self.assertEqual([call.json["To_Account"] for call in service.calls], [["unsent", "refused"]])
            again = self.bulk("--resume", service=service)
            self.assertEqual(again.outcomes, done.outcomes)
            self.assertEqual(len(service.calls), 1)

    def test_of_what_was_sent_without_a_result_31704_is_already_gone_and_of_nothing_else(self) -> None:
        self.write([("ann", "sent"), ("ann", "never"), ("ann", "lost")])
        with Service(quota=100_000) as service:
            for account in ("ann", "sent", "never", "lost"):
                service.graph.add_account(account)
            with open(self.journal, "w", encoding="ascii") as file:
                file.write("sent\tann\tsent\nsent\tann\tlost\nunknown\tann\tlost\t-\n")
            done = self.bulk("--resume", service=service)
        self.assertEqual(done.outcomes, {"sent": "already_gone", "never": "failed", "lost": "already_gone"})

    def test_a_last_line_that_was_cut_off_does_not_count(self) -> None:
        self.write([("ann", "bo"), ("ann", "bob")])
        with Service(quota=100_000) as service:
            for account in ("ann", "bo", "bob"):
                service.graph.add_account(account)
            for torn in ("sent\tann\tbo", "sent\tan", "se", "sent\tann\tbo\ndeleted\tann\tb"):
                with self.subTest(torn):
                    with open(self.journal, "w", encoding="ascii") as file:
                        file.write(torn)
                    done = self.bulk("--resume", service=service)
                    expected = "already_gone" if "\n" in torn else "failed"
                    self.assertEqual(done.outcomes, {"bo": expected, "bob": "failed"})
                    self.assertNotIn(["sent", "ann", "bosent", "ann", "bo"], self.notes())

    def test_without_resume_it_is_appended_to_and_not_read(self) -> None:
        self.write([("ann", "bob")])
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["bob"])
            with open(self.journal, "w", encoding="ascii") as file:
                file.write("deleted\tann\tbob\t0\nsent\tan")
            self.assertEqual(self.bulk(service=service).outcomes, {"bob": "deleted"})
        self.assertEqual(self.notes(), [["deleted", "ann", "bob", "0"], ["sent", "ann", "bob"],
                                        ["deleted", "ann", "bob", "0"]])

    def test_one_that_cannot_be_opened_or_is_none_is_bad_input(self) -> None:
        self.write([("ann", "bob")])
        with Service(quota=100_000) as service:
            for name in ("/nonexistent/journal", os.path.dirname(self.journal), "/dev/full"):
                done = self.unfriend("--bulk", self.pairs_file, "--journal", name, service=service)
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn("journal", done.err)
            with open(self.journal, "w", encoding="ascii") as file:
                file.write("ann\tbob\n")
            self.assertEqual(self.bulk("--resume", service=service).status, BAD_INPUT)
            self.assertEqual(len(service.calls), 0)

    def test_one_that_cannot_be_written_ends_the_job_before_anything_is_sent(self) -> None:
        self.write([("ann", "bob"), ("carol", "dave")])
        with Service(quota=100_000) as service:
            service.graph.befriend("ann", ["bob"])
            command = [self.example, "--endpoint", service.endpoint, "--cacert", service.cacert, "--json", "--bulk",
                       self.pairs_file, "--journal", self.journal]
            done = run(["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "sh", *command], service.environment)
            self.assertEqual((done.status, set(done.outcomes.values())), (ACCOUNT_FAILED, {"failed"}), done.err)
            self.assertEqual(done.err, "unfriend: the journal cannot be written\n")
            self.assertEqual(len(service.calls), 0)


class Killed(Journal):
    MOMENTS = 20

    def test_at_any_moment_the_job_goes_on_to_the_truth(self) -> None:
        """Friends and strangers mixed; the service is slow, and loses answers. Each run is killed, and then resumed."""
        chance = random.Random(7)
        killed = 0
        moments = 0
        while moments < self.MOMENTS:
            moments += 1
            with self.subTest(moments):
                killed += self.one_moment(chance)
        self.assertGreater(killed, self.MOMENTS // 2)

    def one_moment(self, chance: random.Random) -> int:
        pairs = [(f"u{n // 5}", f"{'friend' if chance.random() < 0.6 else 'stranger'}{n}") for n in range(200)]
        self.write(pairs)
        if os.path.exists(self.journal):
            os.remove(self.journal)
        with Service(quota=100_000) as service:
            for one, other in pairs:
                service.graph.add_account(one)
                service.graph.add_account(other)
                if other.startswith("friend"):
                    service.graph.befriend(one, [other])
            service.weather.add("drop_after", one_in=9)
            service.weather.add("slow.20", one_in=2)
            command = [self.example, "--endpoint", service.endpoint, "--cacert", service.cacert, "--json", "--bulk",
                       self.pairs_file, "--journal", self.journal, "--rate", "1000", "--retries", "5"]
            process = subprocess.Popen(command, env=whole_environment(service.environment), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            target = chance.randrange(1, 45)
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and len(service.calls) < target and time.monotonic() < deadline:
                time.sleep(chance.random() * 0.004)
            was_running = process.poll() is None
            process.kill()
            out, err = process.communicate(timeout=PATIENCE)
            assert_no_secret(out + err, service.environment)
            service.weather.clear()
            noted_unanswered = self.unanswered()
            done = self.bulk("--resume", "--rate", "1000", service=service)
            self.assertIn(done.status, (OK, ACCOUNT_FAILED), done.err)
            self.assertEqual([(line["from_account"], line["to_account"]) for line in done.json], pairs)
            for line in done.json:
                self.assert_true(line, service, noted_unanswered)
            # What the killed run had printed was true too.
            for text in out.decode().splitlines(keepends=True):
                if text.endswith("\n"):
                    self.assert_true(json.loads(text), service, noted_unanswered)
        return int(was_running)

    def unanswered(self) -> Dict[Pair, bool]:
        """The pairs of which the journal says that they were sent, and not with which result."""
        open_ones: Dict[Pair, bool] = {}
        if not os.path.exists(self.journal):
            return open_ones
        with open(self.journal, encoding="ascii") as file:
            for line in file.read().split("\n")[:-1]:
                word, one, other = line.split("\t")[:3]
                if word in ("sent", "unknown"):
                    open_ones[(one, other)] = True
                else:
                    open_ones.pop((one, other), None)
        return open_ones

    def assert_true(self, line: Dict[str, object], service: Service, unanswered: Dict[Pair, bool]) -> None:
        pair = (str(line["from_account"]), str(line["to_account"]))
        entry = service.record[pair]
        if pair[1].startswith("friend"):
            self.assertEqual(len(entry.deletions), 1, line)
            self.assertIn(line["outcome"], ("deleted", "already_gone"), line)
        else:
            self.assertEqual(len(entry.deletions), 0, line)
            # A stranger may be taken for one that an earlier attempt removed, if there was one without an answer.
            was_asked_before = entry.asked > 1 or pair in unanswered
            self.assertIn(line["outcome"], ("failed", "already_gone") if was_asked_before else ("failed",), line)


if __name__ == "__main__":
    unittest.main()
