"""What a process does while Redis is away: keeps to its share, says so, and comes back with care.

The clock is the test's; only Redis has one of its own.
"""

from __future__ import annotations

import unittest

from redis_support import KEY, PacedProcess, RedisTest

SECOND = 1_000_000  # microseconds


class Outage(RedisTest):
    def fifth(self) -> PacedProcess:
        """One of five processes with 10 calls a second: two are its share."""
        return self.process(10, processes=5)

    def test_without_redis_a_process_keeps_to_its_share_and_says_so_once(self) -> None:
        process = self.fifth()
        # A second first, in which the others may have had the whole quota.
        self.assertEqual([process.send(0), process.send(0), process.send(500)],
                         [SECOND, SECOND * 3 // 2, SECOND * 3 // 2])
        self.assertEqual(process.send(60_000), 0)
        self.assertEqual(process.send(60_000), SECOND // 2)
        self.assertEqual(process.changes, ["alone: No such file or directory"])

    def test_a_share_is_made_with_the_jitter_too_and_is_never_less_than_one_call_a_second(self) -> None:
        process = self.process(2, processes=3, jitter=250)
        self.assertEqual([process.send(), process.send()], [SECOND * 5 // 4, SECOND * 10 // 4])

    def test_a_slot_of_the_share_beyond_the_time_that_a_call_can_wait_is_not_taken(self) -> None:
        process = self.fifth()
        self.assertIsNone(process.send(0, max_wait=999))
        self.assertEqual(process.send(0, max_wait=1000), SECOND)
        self.assertIsNone(process.send(0, max_wait=1499))
        self.assertEqual(process.send(0, max_wait=1500), SECOND * 3 // 2)

    def test_a_process_that_is_refused_is_slower_than_its_share(self) -> None:
        process = self.fifth()
        process.send(0)
        for second in range(10, 20):
            process.on_throttled(1000 * second)
        process.send(20_000)
        self.assertGreater(process.send(20_000), SECOND)

    def test_a_refusal_before_redis_went_away_is_not_forgotten(self) -> None:
        self.redis.start()
        process = self.fifth()
        process.send(0)
        for second in range(10, 20):
            process.on_throttled(1000 * second)
        self.redis.stop()
        self.assertEqual(process.send(20_000), SECOND)
        self.assertGreater(process.send(20_000), 2 * SECOND)

    def test_redis_is_tried_again_once_a_second(self) -> None:
        process = self.fifth()
        process.send(0)
        self.redis.start()
        process.send(999)
        self.assertEqual(len(process.changes), 1)
        process.send(2000)
        self.assertEqual(process.changes[1:], ["shared: Redis answers again"])
        self.redis.stop()
        process.send(4000)
        self.assertRegex(process.changes[2], "^alone: ")
        self.redis.start()
        process.send(4999)
        self.assertEqual(len(process.changes), 3)
        process.send(6000)
        self.assertEqual(process.changes[3:], ["shared: Redis answers again"])

    def test_a_process_that_falls_back_is_silent_for_a_second_and_the_jitter_after_its_last_slot(self) -> None:
        self.redis.start()
        process = self.process(1, jitter=59_000)
        self.assertEqual(process.send(0), 0)
        last = process.send(0)
        assert last is not None and last > 0
        self.redis.stop()
        self.assertEqual(process.send(10), last + 60 * SECOND - 10_000)

    def test_a_process_that_comes_back_keeps_to_its_share_too_until_the_others_have_come_back(self) -> None:
        process = self.fifth()
        process.send(0)
        self.redis.start()
        self.assertEqual([process.send(2000), process.send(2000)], [0, SECOND // 2])
        self.redis("DEL", KEY)
        self.assertEqual(process.send(2000), SECOND)
        # Slots and no more than that: they are of the common schedule.
        self.assertGreaterEqual(self.redis.free, self.redis.now)
        self.redis("DEL", KEY)
        self.assertEqual([process.send(6000), process.send(6000)], [0, SECOND // 2])
        self.redis("DEL", KEY)
        self.assertEqual(process.send(6999), SECOND // 1000)  # half a second after the last one
        self.redis("DEL", KEY)
        self.assertEqual(process.send(7100), 0)

    def test_a_process_that_comes_back_waits_for_the_common_schedule_too(self) -> None:
        process = self.fifth()
        process.send(0)
        self.redis.start()
        self.redis("SET", KEY, self.redis.now + 3 * SECOND)
        first = process.send(2000)
        assert first is not None
        self.assertGreater(first, 2 * SECOND)
        self.assertLessEqual(first, 3 * SECOND)
        # And its next call keeps its share's distance from that.
        self.redis("DEL", KEY)
        self.assertEqual(process.send(2000), first + SECOND // 2)

    def test_a_closed_connection_to_the_same_redis_is_no_outage(self) -> None:
        self.redis.start()
        process = self.fifth()
        process.send(0)
        self.redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        before = self.redis.free
        self.assertIsNotNone(process.send(0))
        self.assertNotEqual(self.redis.free, before)
        self.assertEqual(process.changes, [])

    def test_a_redis_that_was_started_anew_has_forgotten_its_slots_and_was_away(self) -> None:
        self.redis.start()
        process = self.fifth()
        process.send(0)
        self.redis.stop()
        self.redis.start()
        self.assertEqual(process.send(0), SECOND)
        self.assertEqual(process.changes, ["alone: Redis was started anew"])

    def test_a_redis_that_hangs_is_away(self) -> None:
        self.redis.start()
        process = self.fifth()
        process.send(0)
        self.redis.hang()
        process.send(10)
        self.assertEqual(process.changes, ["alone: no answer in time"])

    def test_a_redis_that_refuses_is_away_and_is_quoted(self) -> None:
        self.redis.start()
        self.redis("RPUSH", KEY, "not a number")
        process = self.fifth()
        process.send(0)
        self.assertRegex(process.changes[0], "^alone: .*WRONGTYPE")


if __name__ == "__main__":
    unittest.main()
