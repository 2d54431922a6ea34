"""Three processes with one quota call the service, over HTTPS and by the real clock, whatever becomes of Redis.

The service counts every call that arrives; how fast a call goes from its slot to there is for the machine to say, so
the jitter allowed is large.
"""

from __future__ import annotations

import threading
import unittest
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List

from redis_support import Answer, PacedProcess, RedisTest, Request, Service

QUOTA = 50
JITTER = 400  # milliseconds
PROCESSES = 3


@contextmanager
def service_that(does: Dict[int, Callable[[], None]]) -> Iterator[Service]:
    """A service that, while it answers the call of a number, does something."""
    with Service(quota=QUOTA, everyone_is_friends=True) as service:
        ordinary = service.api.handle
        lock = threading.Lock()
        handled = 0

        def handle(request: Request) -> Answer:
            nonlocal handled
            answer = ordinary(request)
            with lock:
                handled += 1
                does.get(handled, lambda: None)()
            return answer

        service.api.handle = handle  # type: ignore[method-assign]
        yield service


class Calls(RedisTest):
    def run_calls(self, service: Service, calls: int) -> List[PacedProcess]:
        """Each process makes so many calls, all of them at the same time, and none is refused."""
        processes = [self.process(QUOTA, processes=PROCESSES, jitter=JITTER, environment=service.environment)
                     for _ in range(PROCESSES)]
        for process in processes:
            process.start_calls(calls, service)
        self.assertEqual([process.finish_calls() for process in processes],
                         [f"{calls} taken, 0 refused, 0 lost"] * PROCESSES)
        self.assertEqual(len(service.quota.arrivals), calls * PROCESSES)
        self.assertLessEqual(service.quota.busiest_second(), QUOTA)
        self.assertEqual(service.quota.refusals, 0)
        return processes

    def test_three_processes_on_one_quota_are_never_above_it(self) -> None:
        self.redis.start()
        with service_that({}) as service:
            processes = self.run_calls(service, 40)
        self.assertEqual([process.changes for process in processes], [[]] * PROCESSES)

    def test_without_redis_the_shares_together_are_never_above_the_quota(self) -> None:
        with service_that({}) as service:
            processes = self.run_calls(service, 40)
        for process in processes:
            self.assertEqual(process.changes, ["alone: No such file or directory"])

    def test_redis_may_go_away_in_the_middle(self) -> None:
        self.redis.start()
        with service_that({40: self.redis.stop}) as service:
            processes = self.run_calls(service, 40)
        for process in processes:
            self.assertEqual(len(process.changes), 1)
            self.assertRegex(process.changes[0], "^alone: ")

    def test_redis_may_come_back_and_have_forgotten_everything(self) -> None:
        self.redis.start()
        with service_that({30: self.redis.stop, 50: self.redis.start}) as service:
            processes = self.run_calls(service, 60)
        for process in processes:
            self.assertEqual(len(process.changes), 2)
            self.assertRegex(process.changes[0], "^alone: ")
            self.assertRegex(process.changes[1], "^shared: ")


if __name__ == "__main__":
    unittest.main()
