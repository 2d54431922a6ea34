"""The program that has nothing but the single header and OpenSSL."""

from __future__ import annotations

import os
import re
import unittest

from support import HERE, EndToEnd, Run, Service, impostor, needs_localhost, program, run

SOURCE = os.path.join(HERE, "..", "..", "examples", "custom_transport.cpp")
OK, FAILED, USAGE = range(3)


class CustomTransport(EndToEnd):
    def delete(self, *accounts: str, where: str = "", cacert: str = "", **environment: str) -> Run:
        return run([program("UNFRIEND_CUSTOM_TRANSPORT"), where or self.service.authority,
                    cacert or self.service.cacert, *accounts], {**self.service.environment, **environment})

    def test_it_deletes(self) -> None:
        self.graph.befriend("alice", ["bob", "carol", "dave"])
        done = self.delete("alice", "bob", "carol")
        self.assertEqual((done.status, done.out, done.err), (OK, "", ""))
        self.assertEqual(self.graph.friends("alice"), ["dave"])

    def test_it_names_the_accounts_that_failed(self) -> None:
        self.graph.befriend("erin", ["frank"])
        done = self.delete("erin", "frank", "nobody")
        self.assertEqual((done.status, done.out), (FAILED, "nobody: the requested account does not exist\n"))

    def test_it_reads_an_answer_of_a_thousand_accounts(self) -> None:
        friends = [f"a friend with a long name {number}" for number in range(1000)]
        self.graph.befriend("popular", friends)
        self.assertEqual(self.delete("popular", *friends).status, OK)
        self.assertEqual(self.graph.friends("popular"), [])

    def test_no_attempt_goes_earlier_than_the_answer_asks_for(self) -> None:
        self.graph.befriend("fault.retry_503.1*1.x", ["bob"])
        self.assertEqual(self.delete("fault.retry_503.1*1.x", "bob").status, OK)
        first, second = self.service.calls.of("fault.retry_503.1*1.x")
        self.assertGreaterEqual(second.time - first.time, 0.999)

    def test_it_tells_what_went_wrong(self) -> None:
        for account, said in (("fault.http.502.x", "status 502"), ("fault.html.x", "markup page"),
                              ("fault.truncate.x", "transport failed"), ("fault.drop.x", "transport failed"),
                              ("fault.huge.x", "transport failed"), ("fault.truncate_json.x", "cut short"),
                              ("fault.redirect.x", "status 307"), ("fault.code.60020.x", "refused: 60020"),
                              ("tab\there", "From_Account is not a UserID")):
            with self.subTest(account):
                self.graph.befriend(account, ["bob"])
                done = self.delete(account, "bob")
                self.assertEqual((done.status, done.out), (FAILED, ""))
                self.assertIn(said, done.err)

    def test_credentials_that_are_missing_or_wrong_are_refused(self) -> None:
        self.graph.befriend("grace", ["heidi"])
        for environment, said in (({"UNFRIEND_SECRET_KEY": "0" * 64}, "refused: 70009"),
                                  ({"UNFRIEND_SECRET_KEY": ""}, "the secret key is empty"),
                                  ({"UNFRIEND_IDENTIFIER": ""}, "the identifier is not a UserID"),
                                  ({"UNFRIEND_SDK_APP_ID": ""}, "the SDKAppID is zero")):
            with self.subTest(environment):
                done = self.delete("grace", "heidi", **environment)
                self.assertEqual(done.status, FAILED)
                self.assertIn(said, done.err)
        self.assertEqual(self.graph.friends("grace"), ["heidi"])

    def test_it_trusts_only_the_authority_and_the_host_that_it_was_told(self) -> None:
        self.service.calls.clear()
        with Service() as other:
            self.assertEqual(self.delete("ivan", "judy", cacert=other.cacert).status, FAILED)
        self.assertEqual(len(self.service.calls), 0)
        with impostor() as other:
            done = self.delete("ivan", "judy", where=other.authority, cacert=other.cacert)
            self.assertEqual((done.status, other.seen), (FAILED, []))

    @needs_localhost
    def test_a_host_is_reached_and_trusted_by_name_as_well_as_by_address(self) -> None:
        self.graph.befriend("rupert", ["bob"])
        self.assertEqual(self.delete("rupert", "bob", where=f"localhost:{self.service.port}").status, OK)
        with impostor() as other:
            done = self.delete("rupert", "bob", where=f"localhost:{other.port}", cacert=other.cacert)
            self.assertEqual((done.status, other.seen), (FAILED, []))

    def test_bad_usage_is_told_by_the_status(self) -> None:
        self.assertEqual(self.delete("alice").status, USAGE)
        self.assertEqual(self.delete("alice", "bob", cacert="/nonexistent.pem").status, USAGE)

    def test_its_source_is_short_and_includes_the_single_header_and_openssl(self) -> None:
        with open(SOURCE, encoding="utf-8") as file:
            source = file.read()
        self.assertLess(source.count("\n"), 80)
        included = re.findall(r"^#include [\"<](.+)[\">]$", source, re.MULTILINE)
        self.assertEqual([name for name in included if "." in name], ["unfriend.hpp", "openssl/ssl.h"])


if __name__ == "__main__":
    unittest.main()
