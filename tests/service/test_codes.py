"""The codes are those of the documents, each with a sentence."""

from __future__ import annotations

import unittest

import codes

OF_THE_API = (30001, 30002, 30003, 30004, 30006, 30007, 30008, 31704, 31707)
PUBLIC = (60002, 60003, 60004, 60005, 60006, 60007, 60008, 60009, 60010, 60011, 60012, 60013, 60014, 60015, 60016,
          60017, 60018, 60019, 60020, 60021, 60025, 60026, 60027, 60028)
OF_ACCOUNTS = (70001, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70050, 70051, 70052, 70107, 70114, 70169,
               70206, 70398, 70399, 70402, 70403, 70404, 70500, 71000, 72000, 72001, 72002, 80005)


class Codes(unittest.TestCase):
    def test_every_documented_code_has_a_sentence_and_no_other_has(self) -> None:
        self.assertEqual(sorted(codes.SENTENCES), sorted(OF_THE_API + PUBLIC + OF_ACCOUNTS))
        self.assertNotIn("", codes.SENTENCES.values())

    def test_a_service_that_lost_track_of_the_call_says_so_with_one_of_seven_codes(self) -> None:
        self.assertEqual(codes.LOST_TRACK, (30006, 30007, 60008, 60013, 60014, 70169, 70500))

    def test_too_many_calls_are_refused_with_one_of_four_codes(self) -> None:
        self.assertEqual(codes.THROTTLED, (60007, 60011, 60018, 60019))

    def test_what_a_code_tells_a_caller_to_do_stands_in_its_sentence(self) -> None:
        for code, said in ((60004, "try again later"), (60005, "try again later"), (60026, "data centre"),
                           (60027, "product type"), (60028, "24 hours"), (70002, "empty"), (70052, "expired"),
                           (70114, "security"), (70206, "batch"), (70398, "quota"), (72002, "quota"), (72000, "quota"),
                           (80005, "deactivated"), (70404, "SDK")):
            self.assertIn(said, codes.describe(code))

    def test_the_apps_own_codes_and_undocumented_ones_are_described_too(self) -> None:
        for code in (38000, 38500, 39000):
            self.assertIn("webhook", codes.describe(code))
        self.assertEqual([codes.describe(code) for code in (37999, 39001)], ["error 37999", "error 39001"])


if __name__ == "__main__":
    unittest.main()
