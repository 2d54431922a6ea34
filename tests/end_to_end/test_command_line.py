"""What may stand on the command line, and what is said of what may not."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import unittest
from typing import BinaryIO, Optional, Sequence

from support import ACCOUNT_FAILED, BAD_INPUT, OK, EndToEnd, program, run

NOWHERE = ("--endpoint", "https://localhost:1")


class Usage(unittest.TestCase):
    def setUp(self) -> None:
        self.example = program("UNFRIEND_EXAMPLE")

    def test_bad_usage_gets_status_2_and_one_line(self) -> None:
        for arguments, said in (
                ((), "FROM is missing"),
                (("alice",), "name the accounts to delete"),
                (("alice", "bob"), "say where the app lives"),
                (("--frobnicate", "alice", "bob"), "unknown option --frobnicate; see --help"),
                (("-v",), "unknown option -v"),
                (("alice", "bob", "--endpoint"), "--endpoint takes a value"),
                (("--json=yes", "alice", "bob"), "--json takes no value"),
                (("--both", "--single", "alice", "bob"), "exclude each other"),
                (("--region", "atlantis", "alice", "bob"), "--region takes one of"),
                (("--region", "seoul", *NOWHERE, "alice", "bob"), "one --region or --endpoint is enough"),
                (("--timeout", "0", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "-1", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "1s", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "inf", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", ".5", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "5.", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "0.0001", "alice", "bob"), "--timeout takes seconds"),
                (("--timeout", "1000000000", "alice", "bob"), "--timeout takes seconds"),
                (("--retries", "-1", "alice", "bob"), "--retries takes a number"),
                (("--retries", "many", "alice", "bob"), "--retries takes a number"),
                (("--retries", "1001", "alice", "bob"), "--retries takes a number"),
                (("--retries", "0x10", "alice", "bob"), "--retries takes a number"),
                (("--retries", "1 ", "alice", "bob"), "--retries takes a number"),
                (("--retries",), "--retries takes a value"),
                (("--retr", "1", "alice", "bob"), "unknown option --retr"),
                (("--js", "alice", "bob"), "unknown option --js"),
                (("--", "alice"), "name the accounts to delete"),
                (("-abc", "alice", "bob"), "unknown option -abc"),
                (("--rate", "0", "alice", "bob"), "--rate takes a number"),
                (("--rate", "0.001", "alice", "bob"), "--rate takes a number"),
                (("--rate", "100001", "alice", "bob"), "--rate takes a number"),
                (("--rate", "1e3", "alice", "bob"), "--rate takes a number"),
                (("--limit", "0", "--bulk", "-"), "--limit takes a number"),
                (("--limit", "1", "alice", "bob"), "--limit goes with --bulk"),
                (("--max-failures", "0", "--bulk", "-"), "--max-failures takes a number"),
                (("--max-failures", "1", "alice", "bob"), "--max-failures goes with --bulk"),
                (("--journal", "j", "alice", "bob"), "--journal goes with --bulk"),
                (("--journal", "", "--bulk", "-"), "--journal takes"),
                (("--resume", *NOWHERE, "--bulk", "-"), "--resume goes with --journal"),
                (("--cacert", "", "alice", "bob"), "--cacert takes"),
                (("--expire", "60", "alice", "bob"), "--expire goes with --user-sig"),
                (("--at", "60", "alice", "bob"), "--at goes with --inspect-user-sig"),
                (("--user-sig", "--expire", "0"), "--expire takes"),
                (("--user-sig", "--expire", "9999999999999999999"), "--expire takes"),
                (("--inspect-user-sig", "x", "--at", "yesterday"), "--at takes"),
                (("--user-sig", "--inspect-user-sig", "x"), "exclude each other"),
                (("--user-sig", "alice"), "needs no accounts"),
                (("--dry-run=wget", "alice", "bob"), "--dry-run takes no value, or =curl"),
                (("--dry-run", "--json", *NOWHERE, "alice", "bob"), "a dry run has none"),
                (("--dry-run", "--user-sig"), "leave --dry-run out")):
            with self.subTest(arguments):
                done = run([self.example, *arguments], {})
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn(said, done.err)
                self.assertEqual(done.err.count("\n"), 1)

    def test_what_stands_behind_an_unknown_option_is_not_printed(self) -> None:
        done = run([self.example, "--secret-key=5bd2850f", "alice", "bob"], {})
        self.assertEqual(done.err, "unfriend: unknown option --secret-key; see --help\n")

    def test_help_names_every_option_and_region(self) -> None:
        done = run([self.example, "--help"], {})
        self.assertEqual((done.status, done.err), (OK, ""))
        for word in ("--both", "--single", "--to-file", "--region", "--endpoint", "--cacert", "--timeout", "--retries",
                     "--json", "--loopback", "--user-sig", "--expire", "--inspect-user-sig", "--at", "--help",
                     "--version", "--dry-run[=curl]", "USER_SIG=", "--bulk", "--journal", "--resume", "--limit", "--max-failures",
                     "--ignore-not-friends", "--rate", "--concurrency", "--proxy", "--backup-endpoint", "china", "singapore", "seoul", "tokyo", "frankfurt", "mumbai", "silicon_valley",
                     "jakarta", "UNFRIEND_SDK_APP_ID", "UNFRIEND_IDENTIFIER", "UNFRIEND_SECRET_KEY"):
            self.assertIn(word, done.out)

    def test_help_does_not_need_the_rest_to_be_right(self) -> None:
        self.assertEqual(run([self.example, "alice", "--help", "--nonsense"], {}).status, OK)

    def test_version_names_the_libraries_that_it_was_built_with_and_runs_with(self) -> None:
        done = run([self.example, "--version"], {})
        self.assertEqual((done.status, done.err), (OK, ""))
        first, *libraries = done.out.splitlines()
        self.assertRegex(first, re.compile(r"\Aunfriend \d+\.\d+\.\d+\Z"))
        for line, expected in zip(libraries, (r"libcurl +(\S+), built with \S+", r"  TLS by +(\S+/\S+)",
                                              r"OpenSSL +(\S.*), built with \S.*", r"zlib +(\S+), built with \S+",
                                              r"RapidJSON +(\d\S+), headers alone")):
            self.assertRegex(line, re.compile(rf"\A{expected}\Z"))
        self.assertEqual(len(libraries), 5)

    def test_the_versions_are_those_of_the_libraries_that_are_loaded(self) -> None:
        loaded = subprocess.run(["ldd", self.example], stdout=subprocess.PIPE, text=True, check=True).stdout
        versions = run([self.example, "--version"], {}).out
        for library, function in (("libcurl", "curl_version"), ("libz", "zlibVersion")):
            path = re.search(rf"{library}\.so\S* => (\S+)", loaded)
            if path is None:
                continue  # linked in
            version = getattr(ctypes.CDLL(path[1]), function)
            version.restype = ctypes.c_char_p
            number = re.search(r"\d+\.\d+\.\d+", version().decode())
            assert number is not None
            self.assertRegex(versions, rf"(?m)^{'zlib' if library == 'libz' else library} +{re.escape(number[0])},")

    def test_a_bad_account_on_the_command_line_is_named(self) -> None:
        for account in ("", "x" * 33, "tab\tbed", "naïve"):
            with self.subTest(account):
                done = run([self.example, "--loopback", "alice", "bob", account], {})
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn("To_Account is not a UserID", done.err)
        done = run([self.example, "--loopback", "", "bob"], {})
        self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
        self.assertIn("From_Account is not a UserID", done.err)


class Words(EndToEnd):
    """What is an option, and what an operand."""

    def test_an_operand_may_look_like_anything_but_an_option(self) -> None:
        for words in (["[bob,carol]"], ["[]"], ["-"], ["a=b"], ["{}"], ["[bob,carol]", "[]", "-"]):
            with self.subTest(words):
                self.graph.befriend("words", words)
                done = self.unfriend("--json", "words", *words)
                self.assertEqual((done.status, [line["to_account"] for line in done.json]), (OK, words), done.err)

    def test_behind_two_dashes_everything_is_an_operand(self) -> None:
        friends = ["--json", "--", "-", "--retries=1", "-x"]
        self.graph.befriend("dashes", friends)
        done = self.unfriend("--json", "--", "dashes", *friends)
        self.assertEqual((done.status, [line["to_account"] for line in done.json]), (OK, friends), done.err)

    def test_options_may_stand_behind_operands_whatever_the_environment_says(self) -> None:
        for environment in ({}, {"POSIXLY_CORRECT": "1"}):
            with self.subTest(environment):
                self.graph.befriend("behind", ["bob", "carol"])
                done = self.unfriend("behind", "bob", "--json", "carol", "--retries", "1", environment=environment)
                self.assertEqual((done.status, done.outcomes), (OK, {"bob": "deleted", "carol": "deleted"}), done.err)

    def test_of_a_repeated_option_the_last_value_counts(self) -> None:
        self.graph.befriend("fault.code.30008.again", ["pal"])
        self.unfriend("--retries", "5", "--retries=1", "--both", "--both", "fault.code.30008.again", "pal")
        self.assertEqual(len(self.calls("fault.code.30008.again")), 2)

    def test_numbers_are_decimal(self) -> None:
        """In octal the first would be 513, which is allowed, and the second none."""
        self.assertEqual(run([self.example, "--loopback", "--retries", "01001", "alice", "bob"], {}).status, BAD_INPUT)
        self.assertEqual(run([self.example, "--loopback", "--retries", "0999", "alice", "bob"], {}).status, OK)

    def test_a_value_may_look_like_an_option(self) -> None:
        done = run([self.example, "--loopback", "--to-file", "--json", "alice"], {})
        self.assertEqual((done.status, done.err), (BAD_INPUT, "unfriend: cannot read --json\n"))

    def test_a_rate_may_be_a_fraction(self) -> None:
        for rate in ("0.5", "12.75", "100000", "0.01"):
            with self.subTest(rate):
                self.assertEqual(run([self.example, "--loopback", "--rate", rate, "alice", "bob"], {}).status, OK)


class Order(EndToEnd):
    def test_options_may_stand_anywhere_with_their_value_behind_or_attached(self) -> None:
        self.graph.befriend("order", ["a", "b"])
        done = self.unfriend("order", "--retries=1", "a", "--timeout", "20.5", "b", "--json")
        self.assertEqual((done.status, done.outcomes), (OK, {"a": "deleted", "b": "deleted"}), done.err)

    def test_a_trailing_slash_of_the_endpoint_does_not_matter(self) -> None:
        self.graph.befriend("slash", ["a"])
        done = run([self.example, "--endpoint", self.service.endpoint + "/", "--cacert", self.service.cacert, "slash",
                    "a"], self.service.environment)
        self.assertEqual(done.status, OK, done.err)


class Output(EndToEnd):
    def test_results_that_cannot_be_written_are_not_a_success(self) -> None:
        self.graph.befriend("full", ["a"])
        with open("/dev/full", "wb") as full:
            self.check("full", "a", out=full)

    def test_a_reader_that_went_away_does_not_end_the_program_without_a_word(self) -> None:
        self.graph.befriend("pipe", ["a"])
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            self.check("pipe", "a", out=pipe)

    def test_a_closed_standard_output_is_not_taken_by_a_connection(self) -> None:
        """Or the results would go to the service in the place of the next call."""
        friends = [f"f{number}" for number in range(1001)]
        self.graph.befriend("closed", friends)
        self.check("closed", *friends, wrapper=["/bin/sh", "-c", 'exec "$@" >&-', "sh"])

    def check(self, *accounts: str, out: Optional[BinaryIO] = None, wrapper: Sequence[str] = ()) -> None:
        where = ["--endpoint", self.service.endpoint, "--cacert", self.service.cacert]
        done = subprocess.run([*wrapper, self.example, *where, *accounts], stdout=out, stderr=subprocess.PIPE, timeout=60,
                              env={**os.environ, **self.service.environment})
        self.assertEqual(done.returncode, ACCOUNT_FAILED)
        self.assertEqual(done.stderr, b"unfriend: the results could not be written\n")
        self.assertEqual(len(self.calls(accounts[0])), 1)


class Regions(unittest.TestCase):
    def test_each_is_taken(self) -> None:
        """On the loopback, where no host is called."""
        for region in ("china", "singapore", "seoul", "tokyo", "frankfurt", "mumbai", "silicon_valley", "jakarta"):
            with self.subTest(region):
                done = run([program("UNFRIEND_EXAMPLE"), "--loopback", "--region", region, "alice", "bob"], {})
                self.assertEqual(done.status, OK, done.err)


if __name__ == "__main__":
    unittest.main()
