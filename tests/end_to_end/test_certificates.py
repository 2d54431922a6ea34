"""Each transport of the examples sends a call to the service that its authority vouches for, and to nobody else."""

from __future__ import annotations

import os
import socket
import ssl
import tempfile
import threading
import unittest
import warnings
from typing import Callable, List, Optional, Tuple

from authority import Authority
from support import Answer, Certificate, HttpsServer, Request, Run, Service, program, run

DELETED = b"""{"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""}],"ActionStatus":"OK","ErrorCode":0}"""
# What the system's own configuration of OpenSSL forbids is allowed here, so that it is the programs that refuse.
PERMISSIVE = """\
openssl_conf = init
[init]
ssl_conf = ssl
[ssl]
system_default = permissive
[permissive]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""
# Each transport, with the variable that names a program over it, its arguments behind the host and the authority, and
# its input.
TRANSPORTS: Tuple[Tuple[str, Tuple[str, ...], bytes], ...] = (
    ("UNFRIEND_EXAMPLE", (), b""),
    ("UNFRIEND_CUSTOM_TRANSPORT", ("alice", "bob"), b""),
    ("UNFRIEND_ASIO_COROUTINE", ("alice", "bob"), b""),
    ("UNFRIEND_CURL_MULTI", ("1",), b"alice\tbob\n"),
    ("UNFRIEND_GAME_LOOP", ("alice", "bob"), b""),
)


class Plain:
    """A server that speaks HTTP without TLS, and keeps what it was sent in the clear."""

    def __init__(self) -> None:
        self.received: List[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    self.received.append(connection.recv(65536))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(DELETED), DELETED))
                except OSError:
                    pass

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


class Certificates(unittest.TestCase):
    """Each test has a server for each case, and runs each program that was built against it."""

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.authority = Authority(os.path.join(cls.folder, "trusted"))
        cls.other = Authority(os.path.join(cls.folder, "other"))
        cls.good = cls.authority.issue()
        cls.permissive = os.path.join(cls.folder, "permissive.cnf")
        with open(cls.permissive, "w", encoding="ascii") as file:
            file.write(PERMISSIVE)
        # For the credentials only.
        cls.service = Service()
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.transports = [each for each in TRANSPORTS if os.environ.get(each[0])]

    def call(self, transport: Tuple[str, Tuple[str, ...], bytes], port: int, cacert: str) -> Run:
        variable, arguments, given = transport
        authority = f"127.0.0.1:{port}"
        environment = {**self.service.environment, "OPENSSL_CONF": self.permissive}
        if variable == "UNFRIEND_EXAMPLE":
            where = ["--retries", "0", "--endpoint", f"https://{authority}", "--cacert", cacert, "alice", "bob"]
        else:
            where = [authority, cacert, *arguments]
        return run([program(variable), *where], environment, given)

    def seen_by(self, certificate: Certificate, is_deleted: bool,
                prepare: Optional[Callable[[ssl.SSLContext], None]] = None, answer: Answer = Answer(DELETED)) -> None:
        """Runs each transport against a server of its own with this certificate."""
        self.assertGreater(len(self.transports), 0)
        for transport in self.transports:
            seen: List[Request] = []

            def handle(request: Request) -> Answer:
                seen.append(request)
                return answer

            server = HttpsServer(handle, certificate)
            try:
                if prepare is not None:
                    prepare(server.context)
                with self.subTest(transport[0]):
                    done = self.call(transport, server.port, self.authority.root.certificate)
                    self.assertEqual(done.status == 0, is_deleted, done)
                    self.assertEqual(len(seen), 1 if is_deleted else 0, done)
                    # It did connect: it is not the address that was refused.
                    self.assertGreater(server.accepted, 0)
            finally:
                server.stop()

    def test_the_certificate_of_the_authority_is_accepted(self) -> None:
        self.seen_by(self.good, is_deleted=True)

    def test_no_certificate_but_that_of_the_service_is_accepted(self) -> None:
        past = ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z")
        future = ("-startdate", "21000101000000Z", "-enddate", "21000102000000Z")
        for kind, certificate in (
                ("self-signed", self.authority.self_signed()),
                ("expired", self.authority.issue(dates=past)),
                ("not yet valid", self.authority.issue(dates=future)),
                ("wrong host", self.authority.issue(names="DNS:elsewhere.invalid, IP:127.0.0.2")),
                ("host in a name that is not compared", self.authority.issue(names="DNS:127.0.0.1")),
                ("wrong authority", self.other.issue()),
                ("signed by a certificate that is no authority", self.authority.issue(by=self.good)),
                ("for clients", self.authority.issue(usage="clientAuth"))):
            with self.subTest(kind):
                self.seen_by(certificate, is_deleted=False)

    def test_tls_1_2_is_spoken_and_nothing_older(self) -> None:
        def only(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
            def prepare(context: ssl.SSLContext) -> None:
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = version
                context.maximum_version = version
            return prepare

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.seen_by(self.good, is_deleted=True, prepare=only(ssl.TLSVersion.TLSv1_2))
            self.seen_by(self.good, is_deleted=False, prepare=only(ssl.TLSVersion.TLSv1_1))

    def test_a_redirect_to_another_host_is_not_followed(self) -> None:
        for transport in self.transports:
            seen: List[Request] = []
            elsewhere = HttpsServer(lambda request: seen.append(request) or Answer(DELETED), self.good)
            location = (("Location", f"https://127.0.0.1:{elsewhere.port}/v4/sns/friend_delete"),)
            for status in (301, 302, 303, 307, 308):
                here = HttpsServer(lambda request: Answer(b"", status, headers=location), self.good)
                try:
                    with self.subTest(transport[0], status=status):
                        done = self.call(transport, here.port, self.authority.root.certificate)
                        self.assertNotEqual(done.status, 0)
                        self.assertEqual(seen, [])
                finally:
                    here.stop()
            elsewhere.stop()

    def test_a_server_without_tls_is_sent_a_handshake_and_nothing_in_the_clear(self) -> None:
        for transport in self.transports:
            plain = Plain()
            try:
                with self.subTest(transport[0]):
                    done = self.call(transport, plain.port, self.authority.root.certificate)
                    self.assertNotEqual(done.status, 0)
            finally:
                plain.stop()
            self.assertGreater(len(plain.received), 0)
            for received in plain.received:
                self.assertEqual(received[:1], b"\x16")
                self.assertNotIn(b"friend_delete", received)


if __name__ == "__main__":
    unittest.main()
