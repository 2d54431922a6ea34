"""A dry run prints the requests of the real one, and its commands for curl work."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from support import (ACCOUNT_FAILED, BAD_INPUT, OK, EndToEnd, Request, Run, Service, assert_no_secret, program, run,
                     scripted, whole_environment)

HOSTILE = ["plain", "it's", 'say "hi"', "back\\slash", "\\", "'", "$HOME", "`id`", "$(id)", "a;b|c&d", "!!", "%s%n",
           "~", "*?[a]", "#no", " ", "--data-raw", "@file", "<>", "{}", "\\'\"\\"]


class Printed(EndToEnd):
    def requests(self, done: Run) -> List[Tuple[str, Dict[str, str], str]]:
        """First line, headers and body of each request that was printed."""
        assert done.out == "" or done.out.endswith("\n\n"), done.out
        parts = done.out.split("\n\n")[:-1]
        found = []
        for head, body in zip(parts[::2], parts[1::2]):
            first, *headers = head.split("\n")
            found.append((first, dict(header.split(": ", 1) for header in headers), body))
        return found

    def test_a_request_is_printed_with_the_user_sig_redacted_and_nothing_is_sent(self) -> None:
        self.graph.befriend("dry", ["bob", "carol"])
        done = self.unfriend("--dry-run", "--both", "dry", "bob", "carol")
        self.assertEqual((done.status, done.err),
                         (OK, "unfriend: a dry run: 1 call(s), 2 account(s), nothing was sent\n"))
        (first, headers, body), = self.requests(done)
        self.assertRegex(first, re.compile(
            rf"\APOST {re.escape(self.service.endpoint)}/v4/sns/friend_delete\?sdkappid=1400000000"
            r"&identifier=administrator&usersig=\[redacted\]&random=\d+&contenttype=json\Z"))
        self.assertEqual(body, '{"From_Account":"dry","To_Account":["bob","carol"],"DeleteType":"Delete_Type_Both"}')
        self.assertEqual(headers["Content-Length"], str(len(body)))
        self.assertEqual((self.calls("dry"), self.graph.friends("dry")), ([], ["bob", "carol"]))

    def test_it_is_what_a_run_sends(self) -> None:
        seen: List[Request] = []
        with scripted(lambda request, ordinary: seen.append(request) or ordinary(request)) as service:  # type: ignore
            service.graph.befriend("ann", HOSTILE)
            dry = self.unfriend("--dry-run", "--", "ann", *HOSTILE, service=service)
            self.assertEqual(seen, [])
            self.unfriend("--", "ann", *HOSTILE, service=service)
        (first, headers, body), = self.requests(dry)
        (sent,) = seen
        self.assertEqual(sent.body.decode(), body)
        self.assertEqual(f"POST https://{sent.headers['host']}{sent.path}", first.partition("?")[0])
        self.assertEqual({name: sent.headers[name.lower()] for name in headers}, headers)

    def test_it_needs_no_network(self) -> None:
        done = run([self.example, "--region", "seoul", "--dry-run", "alice", "bob"],
                   {**self.service.environment, "http_proxy": "http://127.0.0.1:1"})
        self.assertEqual(done.status, OK)
        self.assertIn("POST https://adminapikr.im.qcloud.com/v4/sns/friend_delete?", done.out)

    def test_a_long_list_and_a_stream_are_printed_call_by_call(self) -> None:
        friends = [f"f{number}" for number in range(1001)]
        done = self.unfriend("--dry-run", "long", *friends)
        self.assertEqual([body.count('"f') for _, _, body in self.requests(done)], [1000, 1])
        given = b"a\tone\na\ttwo\nb\tone\na\tthree\n"
        done = self.unfriend("--dry-run", "--bulk", "-", given=given)
        self.assertEqual(done.status, OK)
        self.assertEqual([body for _, _, body in self.requests(done)],
                         ['{"From_Account":"a","To_Account":["one","two"]}', '{"From_Account":"b","To_Account":["one"]}',
                          '{"From_Account":"a","To_Account":["three"]}'])

    def test_a_pair_that_cannot_be_sent_is_named_apart(self) -> None:
        done = self.unfriend("--dry-run", "--bulk", "-", given=b"a\tone\nnonsense\na\tt\x01wo\n")
        self.assertEqual((done.status, len(self.requests(done))), (ACCOUNT_FAILED, 1))
        self.assertIn("From_Account is not a UserID", done.err)
        self.assertIn("To_Account is not a UserID", done.err)
        self.assertIn("t\\x01wo", done.err)

    def test_what_a_run_would_be_refused_for_a_dry_run_is(self) -> None:
        for arguments in (("dry", "x" * 33), ("dry",)):
            done = self.unfriend("--dry-run", *arguments)
            self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
        done = self.unfriend("--dry-run", "dry", "bob", environment={"UNFRIEND_SECRET_KEY": ""})
        self.assertEqual((done.status, done.out), (BAD_INPUT, ""))

    def test_a_journal_is_read_and_left_as_it_is(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "journal")
            done = self.unfriend("--dry-run", "--bulk", "-", "--journal", str(path), "--resume", given=b"a\tone\n")
            self.assertEqual((done.status, path.exists()), (OK, False))
            noted = "sent\ta\tone\ndeleted\ta\tone\t0\nsent\ta\ttwo\nsent\ta\tcut off"
            path.write_text(noted)
            done = self.unfriend("--dry-run", "--bulk", "-", "--journal", str(path), "--resume",
                                 given=b"a\tone\na\ttwo\na\tthree\n")
            self.assertEqual([body for _, _, body in self.requests(done)],
                             ['{"From_Account":"a","To_Account":["two","three"]}'])
            self.assertEqual(path.read_text(), noted)

    def test_requests_that_cannot_be_written_are_not_a_success(self) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run([self.example, "--region", "seoul", "--dry-run", "alice", "bob"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60,
                                  env=whole_environment(self.service.environment))
        self.assertEqual(done.returncode, ACCOUNT_FAILED)
        self.assertIn(b"could not be written", done.stderr)


class Commands(EndToEnd):
    def user_sig(self) -> str:
        """As --help says."""
        return run([program("UNFRIEND_EXAMPLE"), "--user-sig"], self.service.environment,
                   reveals_user_sig=True).out.strip()

    def shell(self, commands: str, environment: Dict[str, str]) -> Run:
        done = subprocess.run(["sh"], input=commands.encode(), env=whole_environment(environment), timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert_no_secret(done.stdout + done.stderr, environment)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def commands(self, *arguments: str, given: bytes = b"", service: Optional[Service] = None) -> str:
        done = self.unfriend("--dry-run=curl", *arguments, given=given, service=service)
        self.assertEqual(done.status, OK, done.err)
        return done.out

    def test_a_command_is_one_line_that_does_what_a_run_does(self) -> None:
        self.graph.befriend("o'curl", HOSTILE)
        command = self.commands("--", "o'curl", *HOSTILE)
        self.assertEqual(command.count("\n"), 1)
        done = self.shell(command, {"USER_SIG": self.user_sig()})
        self.assertEqual(done.status, 0, done.err)
        self.assertEqual([item["ResultCode"] for item in json.loads(done.out)["ResultItem"]], [0] * len(HOSTILE))
        self.assertEqual(self.graph.friends("o'curl"), [])
        self.assertEqual([call["To_Account"] for call in self.calls("o'curl")], [HOSTILE])

    def test_its_request_is_that_of_a_run(self) -> None:
        seen: List[Request] = []
        with scripted(lambda request, ordinary: seen.append(request) or ordinary(request)) as service:  # type: ignore
            service.graph.befriend("ann", ["bob"])
            self.shell(self.commands("ann", "bob", service=service), {"USER_SIG": self.user_sig()})
            self.unfriend("ann", "bob", service=service)
        by_hand, by_run = seen
        self.assertEqual((by_hand.method, by_hand.path, by_hand.headers, by_hand.body),
                         (by_run.method, by_run.path, by_run.headers, by_run.body))

    def test_a_stream_is_a_script(self) -> None:
        pairs = [(f"script{number}", "it's") for number in range(3)]
        for one, other in pairs:
            self.graph.befriend(one, [other])
        script = self.commands("--bulk", "-", given="".join(f"{one}\t{other}\n" for one, other in pairs).encode())
        self.assertEqual(self.shell(script, {"USER_SIG": self.user_sig()}).status, 0)
        self.assertEqual([self.graph.friends(one) for one, _ in pairs], [[], [], []])

    def test_without_a_user_sig_nothing_is_sent(self) -> None:
        self.graph.befriend("unsigned", ["bob"])
        for environment in ({}, {"USER_SIG": ""}):
            done = self.shell(self.commands("unsigned", "bob"), environment)
            self.assertNotEqual(done.status, 0)
            self.assertIn("USER_SIG", done.err)
        self.assertEqual(self.calls("unsigned"), [])

    def test_no_list_of_processes_shows_the_user_sig_or_the_password_of_a_proxy(self) -> None:
        command = self.commands("--proxy", "http://me:secret@127.0.0.1:1", "alice", "bob")
        self.assertNotIn("secret", command)
        with tempfile.TemporaryDirectory() as folder:
            shim = Path(folder, "curl")
            shim.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nsed "s/^/given: /"\n')
            shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
            environment = {"USER_SIG": "eJshort", "PATH": f"{folder}:{os.environ['PATH']}",
                           "PROXY": "http://me:secret@127.0.0.1:1"}
            given = subprocess.run(["sh", "-c", command], env=environment, stdout=subprocess.PIPE, text=True).stdout
        arguments, _, configuration = given.partition("given: ")
        self.assertNotIn("eJshort", arguments)
        self.assertNotIn("secret", arguments)
        self.assertRegex(configuration, r'\Aurl = "https://.*&usersig=eJshort&random=\d+&contenttype=json"\n'
                                        r'given: proxy = "http://me:secret@127.0.0.1:1"\n\Z')


if __name__ == "__main__":
    unittest.main()
