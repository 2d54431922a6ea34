"""The main job: friends are deleted, and every account gets its line."""

from __future__ import annotations

import os
import tempfile
import unittest

from support import ACCOUNT_FAILED, BAD_INPUT, OK, EndToEnd, Service, run


class Deletion(EndToEnd):
    def test_one_way_deletion_takes_the_friend_off_one_list_only(self) -> None:
        self.graph.befriend("one.way", ["ann", "ben"])
        done = self.unfriend("--single", "one.way", "ann")
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual(self.graph.friends("one.way"), ["ben"])
        self.assertIn("one.way", self.graph.friends("ann"))
        self.assertEqual(self.calls("one.way")[0]["DeleteType"], "Delete_Type_Single")

    def test_two_way_deletion_takes_each_off_the_others_list(self) -> None:
        self.graph.befriend("two.way", ["cat", "dan"])
        done = self.unfriend("--both", "two.way", "cat")
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual(self.graph.friends("two.way"), ["dan"])
        self.assertEqual(self.graph.friends("cat"), [])
        self.assertEqual(self.calls("two.way")[0]["DeleteType"], "Delete_Type_Both")

    def test_without_a_type_the_request_leaves_it_to_the_service(self) -> None:
        self.graph.befriend("no.type", ["eve"])
        self.assertEqual(self.unfriend("no.type", "eve").status, OK)
        self.assertEqual(self.calls("no.type"), [{"From_Account": "no.type", "To_Account": ["eve"]}])
        self.assertEqual(self.graph.friends("eve"), ["no.type"])

    def test_text_has_a_line_an_account_and_a_summary(self) -> None:
        self.graph.befriend("text", ["fay"])
        self.graph.add_account("stranger")
        done = self.unfriend("text", "fay", "stranger", "nobody")
        self.assertEqual(done.status, ACCOUNT_FAILED)
        self.assertEqual(done.out.splitlines(), [
            "deleted       fay",
            "failed        stranger: 31704, the account is not a friend: nothing left to delete "
            '("the account is not a friend")',
            "failed        nobody: 30003, the requested account does not exist "
            '("the requested account does not exist")',
            "1 deleted, 0 already gone, 2 failed",
        ])
        self.assertEqual(done.err, "")

    def test_json_has_an_object_an_account_and_nothing_else(self) -> None:
        self.graph.befriend("json", ["gus"])
        self.graph.add_account("stranger")
        done = self.unfriend("--json", "json", "gus", "stranger", "nobody")
        self.assertEqual(done.status, ACCOUNT_FAILED)
        self.assertEqual(done.json, [
            {"to_account": "gus", "result_code": 0, "result_info": "", "outcome": "deleted"},
            {"to_account": "stranger", "result_code": 31704, "result_info": "the account is not a friend",
             "outcome": "failed"},
            {"to_account": "nobody", "result_code": 30003, "result_info": "the requested account does not exist",
             "outcome": "failed"},
        ])
        self.assertEqual(done.err, "")

    def test_someone_who_was_no_friend_is_not_counted_as_deleted(self) -> None:
        self.graph.add_account("lonely")
        self.graph.add_account("stranger")
        self.assertEqual(self.unfriend("lonely", "stranger").status, ACCOUNT_FAILED)

    def test_a_repeated_account_is_sent_once_and_reported_each_time(self) -> None:
        self.graph.befriend("twice", ["hal", "ida"])
        done = self.unfriend("--json", "twice", "hal", "ida", "hal")
        self.assertEqual(done.status, OK)
        self.assertEqual([line["to_account"] for line in done.json], ["hal", "ida", "hal"])
        self.assertEqual(self.calls("twice")[0]["To_Account"], ["hal", "ida"])

    def test_any_printable_user_id_arrives_as_it_is(self) -> None:
        awkward = ["user with space", 'quote"and\\slash', "<&?=+%/#>", "%41", "{}[],:", "~" * 32, " ", "--both"]
        self.graph.befriend("awk\"ward \\%", awkward)
        done = self.unfriend("--json", "--both", "--", "awk\"ward \\%", *awkward)
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual([line["to_account"] for line in done.json], awkward)
        self.assertEqual(self.graph.friends("awk\"ward \\%"), [])

    def test_an_identifier_with_any_printable_character_is_accepted(self) -> None:
        with Service(identifier="ad min+&=%/?#\"\\") as service:
            service.graph.befriend("alice", ["bob"])
            done = self.unfriend("alice", "bob", service=service)
            self.assertEqual(done.status, OK, done.err)
            self.assertEqual(service.graph.friends("alice"), [])


class ManyAccounts(EndToEnd):
    def test_they_go_in_calls_of_a_thousand_over_one_connection(self) -> None:
        friends = [f"friend {number}" for number in range(2500)]
        self.graph.befriend("popular", friends)
        self.service.calls.clear()
        done = self.unfriend("--json", "--to-file", "-", "popular", given="\n".join(friends).encode())
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual([len(call["To_Account"]) for call in self.calls("popular")], [1000, 1000, 500])
        self.assertEqual(len({call.connection for call in self.service.calls.of("popular")}), 1)
        self.assertEqual(self.graph.friends("popular"), [])
        self.assertEqual([line["to_account"] for line in done.json], friends)

    def test_each_call_has_a_random_of_its_own(self) -> None:
        friends = [f"r{number}" for number in range(4001)]
        self.graph.befriend("random", friends)
        self.assertEqual(self.unfriend("--to-file", "-", "random", given="\n".join(friends).encode()).status, OK)
        randoms = {call.parameters["random"] for call in self.service.calls.of("random")}
        self.assertEqual(len(randoms), 5)

    def test_exactly_a_thousand_are_one_call(self) -> None:
        friends = [f"k{number}" for number in range(1000)]
        self.graph.befriend("thousand", friends)
        self.assertEqual(self.unfriend("thousand", *friends).status, OK)
        self.assertEqual(len(self.calls("thousand")), 1)


class AccountsFromFiles(EndToEnd):
    def write(self, text: bytes) -> str:
        file = tempfile.NamedTemporaryFile(delete=False)
        self.addCleanup(os.remove, file.name)
        with file:
            file.write(text)
        return file.name

    def test_lines_may_end_in_crlf_be_blank_and_lack_the_last_line_end(self) -> None:
        self.graph.befriend("lines", ["jim", "kay", "lee"])
        done = self.unfriend("--json", "--to-file", self.write(b"\njim\r\n\r\nkay\n\nlee"), "lines")
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual([line["to_account"] for line in done.json], ["jim", "kay", "lee"])

    def test_spaces_belong_to_the_user_id(self) -> None:
        self.graph.befriend("spaces", [" max "])
        self.assertEqual(self.unfriend("--to-file", self.write(b" max \n"), "spaces").status, OK)
        self.assertEqual(self.graph.friends("spaces"), [])

    def test_arguments_come_first_then_each_file(self) -> None:
        self.graph.befriend("mixed", ["a1", "b1", "c1"])
        done = self.unfriend("--json", "--to-file", self.write(b"b1\n"), "mixed", "a1", "--to-file=-", given=b"c1\n")
        self.assertEqual(done.status, OK, done.err)
        self.assertEqual([line["to_account"] for line in done.json], ["a1", "b1", "c1"])

    def test_a_file_that_cannot_be_read_is_bad_input(self) -> None:
        for name in ("/nonexistent/friends", os.path.dirname(self.write(b""))):
            with self.subTest(name):
                done = self.unfriend("--to-file", name, "files", "a1")
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn(name, done.err)
        self.assertEqual(self.calls("files"), [])

    def test_a_file_without_accounts_is_bad_input(self) -> None:
        done = self.unfriend("--to-file", self.write(b"\n\r\n"), "empty.file")
        self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
        self.assertEqual(self.calls("empty.file"), [])

    def test_a_bad_user_id_anywhere_is_named_and_nothing_is_sent(self) -> None:
        good = b"".join(b"g%d\n" % number for number in range(1500))
        for bad, shown in ((b"x" * 33, "x" * 33), (b"tab\there", "tab\\x09here"), (b"nul\0", "nul\\x00"),
                           ("né".encode(), "né"), (b"del\x7f", "del\\x7f")):
            with self.subTest(bad):
                done = self.unfriend("--to-file", "-", "bad.line", given=good + bad + b"\n")
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn(f'"{shown}"', done.err)
                self.assertIn("1 to 32 bytes of printable ASCII", done.err)
        self.assertEqual(self.calls("bad.line"), [])


class Loopback(unittest.TestCase):
    """No service, no configuration, no network."""

    def test_it_deletes_and_reports_as_ever(self) -> None:
        example = os.environ["UNFRIEND_EXAMPLE"]
        for option in ("--both", "--single"):
            done = run([example, "--loopback", "--json", option, "alice", "bob", "carol"], {})
            self.assertEqual(done.status, OK, done.err)
            self.assertEqual(done.outcomes, {"bob": "deleted", "carol": "deleted"})

    def test_it_takes_any_number_of_accounts(self) -> None:
        friends = "\n".join(f"f{number}" for number in range(3001)).encode()
        done = run([os.environ["UNFRIEND_EXAMPLE"], "--loopback", "--to-file", "-", "alice"], {}, friends)
        self.assertEqual(done.status, OK, done.err)
        self.assertTrue(done.out.endswith("3001 deleted, 0 already gone, 0 failed\n"))

    def test_what_is_wrong_locally_is_refused_as_ever(self) -> None:
        done = run([os.environ["UNFRIEND_EXAMPLE"], "--loopback", "alice", "b\nb"], {})
        self.assertEqual((done.status, done.out), (BAD_INPUT, ""))


if __name__ == "__main__":
    unittest.main()
