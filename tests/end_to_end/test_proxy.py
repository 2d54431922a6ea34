"""Through a proxy that was named, and with a name of one's own."""

from __future__ import annotations

import contextlib
import socket
import threading
import unittest
from typing import Iterator, List, Tuple

from support import BAD_INPUT, OK, TRANSPORT, EndToEnd


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


def _join(client: socket.socket, server: socket.socket) -> None:
    with client, server:
        back = threading.Thread(target=_carry, args=(server, client), daemon=True)
        back.start()
        _carry(client, server)
        back.join()


def _serve(listener: socket.socket, seen: List[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            head = b""
            while b"\r\n\r\n" not in head and (block := client.recv(4096)):
                head += block
            seen.append(head.decode())
            host, _, port = head.split()[1].decode().rpartition(":")
            server = socket.create_connection((host, int(port)))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=_join, args=(client, server), daemon=True).start()


@contextlib.contextmanager
def proxy() -> Iterator[Tuple[str, List[str]]]:
    """An HTTP proxy on the loopback, and the heads of the requests that it was sent."""
    seen: List[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, seen), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen


class Proxy(EndToEnd):
    def test_calls_go_through_it_and_are_end_to_end_all_the_same(self) -> None:
        self.graph.befriend("by.proxy", ["pal"])
        with proxy() as (url, seen):
            done = self.unfriend("--proxy", url, "by.proxy", "pal")
            self.assertEqual(done.status, OK, done.err)
        self.assertEqual(len(seen), 1)
        self.assertTrue(seen[0].startswith(f"CONNECT {self.service.endpoint[len('https://'):]} HTTP/1.1\r\n"), seen)
        self.assertNotIn("usersig", seen[0])

    def test_bulk_jobs_too(self) -> None:
        self.graph.befriend("bulk.proxy", ["pal"])
        with proxy() as (url, seen):
            done = self.unfriend("--proxy", url, "--bulk", "-", given=b"bulk.proxy\tpal\n")
            self.assertEqual((done.status, len(seen)), (OK, 1), done.err)

    def test_one_that_is_away_is_not_passed_by(self) -> None:
        self.graph.befriend("no.proxy", ["pal"])
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        done = self.unfriend("--proxy", f"http://127.0.0.1:{port}", "--retries", "0", "--json", "no.proxy", "pal")
        self.assertEqual((done.status, done.outcomes), (TRANSPORT, {"pal": "failed"}))
        self.assertEqual(self.calls("no.proxy"), [])

    def test_what_is_none_is_bad_input(self) -> None:
        for url in ("", "127.0.0.1:8080", "ftp://127.0.0.1", "http://"):
            with self.subTest(url):
                done = self.unfriend("--proxy", url, "a", "b")
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn("--proxy takes", done.err)


class UserAgent(EndToEnd):
    def test_the_service_learns_who_calls(self) -> None:
        self.graph.befriend("agent", ["pal"])
        seen: List[str] = []
        ordinary = self.service.api.handle

        def handle(request):  # type: ignore[no-untyped-def]
            seen.append(request.headers.get("user-agent", ""))
            return ordinary(request)

        self.service.api.handle = handle  # type: ignore[method-assign]
        self.addCleanup(setattr, self.service.api, "handle", ordinary)
        self.assertEqual(self.unfriend("agent", "pal").status, OK)
        self.assertRegex(seen[0], r"\Aunfriend/\d+\.\d+\.\d+\Z")


if __name__ == "__main__":
    unittest.main()
