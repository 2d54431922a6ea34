"""UserSigs: ours are good to the service, the official ones and the service's are good to us."""

from __future__ import annotations

import json
import os
import time
import unittest
from typing import Any, Dict, List

from support import ACCOUNT_FAILED, BAD_INPUT, HERE, OK, Run, program, run

import user_sig

APP, ADMIN, KEY = 1400000000, "administrator", "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e"
MADE, EXPIRE = 1700000000, 3600
NOTHING_READ = {"sdk_app_id": None, "identifier": None, "time": None, "expire": None}


def _environment(app: int = APP, identifier: str = ADMIN, key: str = KEY) -> Dict[str, str]:
    return {"UNFRIEND_SDK_APP_ID": str(app), "UNFRIEND_IDENTIFIER": identifier, "UNFRIEND_SECRET_KEY": key}


def _make(environment: Dict[str, str], *options: str) -> Run:
    return run([program("UNFRIEND_EXAMPLE"), "--user-sig", *options], environment, reveals_user_sig=True)


def _inspect(sig: str, at: int, environment: Dict[str, str]) -> Run:
    return run([program("UNFRIEND_EXAMPLE"), "--inspect-user-sig", sig, "--at", str(at)], environment)


class Generating(unittest.TestCase):
    def test_a_user_sig_is_one_line_and_accepted_by_the_service(self) -> None:
        for identifier in (ADMIN, "a", "x" * 32, "user with space", 'quote"and\\slash', "<&?=+%/#>"):
            for app in (1, APP, 4294967295):
                with self.subTest(identifier=identifier, app=app):
                    made = _make(_environment(app, identifier))
                    self.assertEqual((made.status, made.err), (OK, ""))
                    self.assertEqual(made.out.count("\n"), 1)
                    user_sig.verify(made.out.strip(), identifier=identifier, sdk_app_id=app, key=KEY, now=time.time())

    def test_it_is_made_now_and_valid_for_a_day_or_as_long_as_asked(self) -> None:
        for options, expire in (((), 86400), (("--expire", "60"), 60), (("--expire=15552000",), 15552000)):
            with self.subTest(options):
                before = int(time.time())
                document = user_sig.unpack(_make(_environment(), *options).out.strip())
                self.assertTrue(before <= document["TLS.time"] <= time.time())
                self.assertEqual(document["TLS.expire"], expire)

    def test_what_is_wrong_with_the_credentials_is_told(self) -> None:
        for environment in ({}, _environment(app=0), _environment(identifier="x" * 33), _environment(key="k" * 257)):
            with self.subTest(environment):
                made = _make(environment)
                self.assertEqual((made.status, made.out), (BAD_INPUT, ""))
                self.assertNotEqual(made.err, "")

    def test_one_of_the_loopback_is_good_on_the_loopback(self) -> None:
        sig = _make({}, "--loopback").out.strip()
        done = run([program("UNFRIEND_EXAMPLE"), "--loopback", "--inspect-user-sig", sig], {})
        self.assertEqual(done.status, OK, done.out)


class Inspecting(unittest.TestCase):
    def assert_invalid(self, done: Run, reason: str) -> Dict[str, Any]:
        self.assertEqual((done.status, done.err), (ACCOUNT_FAILED, ""))
        self.assertEqual(len(done.json), 1)
        self.assertFalse(done.json[0]["valid"])
        self.assertIn(reason, done.json[0]["reason"])
        return done.json[0]

    def test_every_official_user_sig_is_valid_in_its_time_and_not_after_it(self) -> None:
        with open(os.path.join(HERE, "..", "data", "user_sig.json"), encoding="utf-8") as file:
            vectors: List[Dict[str, Any]] = json.load(file)
        self.assertEqual(len(vectors), 40)
        for vector in vectors:
            with self.subTest(vector["identifier"]):
                environment = _environment(vector["sdkappid"], vector["identifier"], vector["key"])
                end = vector["time"] + vector["expire"]
                said = {"sdk_app_id": vector["sdkappid"], "identifier": vector["identifier"], "time": vector["time"],
                        "expire": vector["expire"]}
                for at in (vector["time"], end - 1):
                    done = _inspect(vector["user_sig"], at, environment)
                    self.assertEqual((done.status, done.json), (OK, [{**said, "valid": True, "reason": ""}]))
                self.assert_invalid(_inspect(vector["user_sig"], end, environment), "expired")

    def test_one_made_by_the_service_is_valid_with_and_without_a_userbuf(self) -> None:
        for userbuf in (None, b"x", bytes(range(256)) * 2):
            for identifier in (ADMIN, "user with space", 'quote"and\\slash'):
                with self.subTest(identifier=identifier, userbuf=userbuf):
                    sig = user_sig.generate(identifier, APP, KEY, MADE, EXPIRE, userbuf)
                    self.assertEqual(_inspect(sig, MADE, _environment(identifier=identifier)).status, OK)

    def test_the_reason_says_what_is_wrong(self) -> None:
        good = user_sig.generate(ADMIN, APP, KEY, MADE, EXPIRE)
        for reason, at, environment in (
                ("expired", MADE + EXPIRE, _environment()), ("future", MADE - 301, _environment()),
                ("signature does not match", MADE, _environment(key="0" * 64)),
                ("another SDKAppID or identifier", MADE, _environment(app=APP + 1)),
                ("another SDKAppID or identifier", MADE, _environment(identifier="alice"))):
            with self.subTest(reason=reason, at=at, environment=environment):
                said = self.assert_invalid(_inspect(good, at, environment), reason)
                self.assertEqual((said["sdk_app_id"], said["identifier"], said["time"], said["expire"]),
                                 (APP, ADMIN, MADE, EXPIRE))

    def test_a_document_that_was_altered_does_not_verify(self) -> None:
        document = user_sig.unpack(user_sig.generate(ADMIN, APP, KEY, MADE, EXPIRE))
        for change in ({"TLS.identifier": "alice"}, {"TLS.expire": 10 * EXPIRE}, {"TLS.time": MADE + 1},
                       {"TLS.sdkappid": APP + 1}, {"TLS.userbuf": "YQ=="}):
            with self.subTest(change):
                environment = _environment(change.get("TLS.sdkappid", APP), change.get("TLS.identifier", ADMIN))
                self.assert_invalid(_inspect(user_sig.pack({**document, **change}), MADE + 1, environment),
                                    "signature does not match")

    def test_what_cannot_be_parsed_says_nothing(self) -> None:
        good = user_sig.generate(ADMIN, APP, KEY, MADE, EXPIRE)
        huge = user_sig.pack({"TLS.ver": "2.0", "TLS.identifier": "x" * 1_000_000})
        for sig in ("", "x", good[:-1], good[:40], good + "A", good.replace(good[50], "!"), huge, "A" * 100_000):
            with self.subTest(sig[:60]):
                said = self.assert_invalid(_inspect(sig, MADE, _environment()), "cannot be parsed")
                self.assertEqual({name: said[name] for name in NOTHING_READ}, NOTHING_READ)

    def test_without_credentials_it_is_read_but_not_valid(self) -> None:
        good = user_sig.generate(ADMIN, APP, KEY, MADE, EXPIRE)
        for missing in _environment():
            with self.subTest(missing):
                environment = {name: value for name, value in _environment().items() if name != missing}
                said = self.assert_invalid(_inspect(good, MADE, environment), f"not verified: {missing} is not set")
                self.assertEqual(said["identifier"], ADMIN)


if __name__ == "__main__":
    unittest.main()
