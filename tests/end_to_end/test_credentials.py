"""Credentials come from the environment; wrong ones are refused, by us where that can be told, else by the service."""

from __future__ import annotations

import time
import unittest

from support import BAD_INPUT, REFUSED, EndToEnd, Service

WRONG_KEY = "0" * 64
DAY = 86400


class WrongCredentials(EndToEnd):
    def assert_refused(self, code: int, service: Service, **environment: str) -> None:
        service.graph.befriend("alice", ["bob"])
        done = self.unfriend("alice", "bob", environment=environment, service=service)
        self.assertEqual(done.status, REFUSED, done.err)
        self.assertIn(f"the service refused the call: {code}, ", done.err)
        self.assertEqual(service.graph.friends("alice"), ["bob"])

    def test_another_key_is_refused(self) -> None:
        self.assert_refused(70009, self.service, UNFRIEND_SECRET_KEY=WRONG_KEY)

    def test_another_app_is_refused(self) -> None:
        self.assert_refused(70020, self.service, UNFRIEND_SDK_APP_ID="1400000001")

    def test_an_identifier_that_is_no_admin_is_refused(self) -> None:
        self.assert_refused(60010, self.service, UNFRIEND_IDENTIFIER="alice")

    def test_a_user_sig_that_expired_by_the_services_clock_is_refused(self) -> None:
        with Service(now=lambda: time.time() + 2 * DAY) as service:
            self.assert_refused(70001, service)

    def test_a_user_sig_is_still_good_before_it_expires(self) -> None:
        with Service(now=lambda: time.time() + DAY / 2) as service:
            service.graph.befriend("alice", ["bob"])
            self.assertEqual(self.unfriend("alice", "bob", service=service).status, 0)


class LocalFaults(EndToEnd):
    def test_they_are_told_before_anything_is_sent(self) -> None:
        for name, value, said in (
                ("UNFRIEND_SDK_APP_ID", "", "UNFRIEND_SDK_APP_ID is not set"),
                ("UNFRIEND_IDENTIFIER", "", "UNFRIEND_IDENTIFIER is not set"),
                ("UNFRIEND_SECRET_KEY", "", "UNFRIEND_SECRET_KEY is not set"),
                ("UNFRIEND_SDK_APP_ID", "0", "the SDKAppID is zero"),
                ("UNFRIEND_SDK_APP_ID", "4294967296", "not a number of 1 to 4294967295"),
                ("UNFRIEND_SDK_APP_ID", "-1", "not a number of 1 to 4294967295"),
                ("UNFRIEND_SDK_APP_ID", "14e8", "not a number of 1 to 4294967295"),
                ("UNFRIEND_SDK_APP_ID", " 1400000000", "not a number of 1 to 4294967295"),
                ("UNFRIEND_IDENTIFIER", "x" * 33, "the identifier is not a UserID"),
                ("UNFRIEND_IDENTIFIER", "admin\nTLS.sdkappid:1", "the identifier is not a UserID"),
                ("UNFRIEND_SECRET_KEY", "k" * 257, "the secret key is empty, too long or not printable ASCII"),
                ("UNFRIEND_SECRET_KEY", "key\n", "the secret key is empty, too long or not printable ASCII")):
            with self.subTest(name=name, value=value):
                done = self.unfriend("alice", "bob", environment={name: value})
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn(said, done.err)
        self.assertEqual(len(self.service.calls), 0)


if __name__ == "__main__":
    unittest.main()
