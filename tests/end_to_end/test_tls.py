"""Nobody but the service that the caller trusts gets to see a call."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import tempfile
import unittest
import warnings

from support import BAD_INPUT, OK, TRANSPORT, EndToEnd, Run, Service, impostor, needs_localhost, run


class Trust(EndToEnd):
    def call(self, *options: str) -> Run:
        return run([self.example, "--retries", "0", *options, "alice", "bob"], self.service.environment)

    def assert_nothing_sent(self, done: Run) -> None:
        self.assertEqual(done.status, TRANSPORT, done.err)
        self.assertEqual(len(self.service.calls), 0)

    def setUp(self) -> None:
        self.service.calls.clear()

    def test_a_certificate_of_an_authority_that_is_not_trusted_is_refused(self) -> None:
        with Service() as other:
            self.assert_nothing_sent(self.call("--endpoint", self.service.endpoint, "--cacert", other.cacert))

    def test_without_an_authority_of_the_callers_the_systems_decide(self) -> None:
        self.assert_nothing_sent(self.call("--endpoint", self.service.endpoint))

    def test_a_certificate_of_another_host_is_refused(self) -> None:
        with impostor() as other:
            done = self.call("--endpoint", f"https://{other.authority}", "--cacert", other.cacert)
            self.assertEqual((done.status, other.seen), (TRANSPORT, []), done.err)

    def test_an_address_that_the_certificate_names_is_accepted(self) -> None:
        self.service.graph.befriend("alice", ["bob"])
        done = self.call("--endpoint", f"https://127.0.0.1:{self.service.port}", "--cacert", self.service.cacert)
        self.assertEqual(done.status, OK, done.err)

    @needs_localhost
    def test_a_host_name_that_the_certificate_names_is_accepted_and_no_other(self) -> None:
        self.service.graph.befriend("alice", ["bob"])
        done = self.call("--endpoint", f"https://localhost:{self.service.port}", "--cacert", self.service.cacert)
        self.assertEqual(done.status, OK, done.err)
        with impostor() as other:
            done = self.call("--endpoint", f"https://localhost:{other.port}", "--cacert", other.cacert)
            self.assertEqual((done.status, other.seen), (TRANSPORT, []), done.err)

    def test_a_server_that_speaks_no_tls_is_refused(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(20)
            endpoint = f"https://127.0.0.1:{listener.getsockname()[1]}"
            child = subprocess.Popen(
                [self.example, "--retries", "0", "--endpoint", endpoint, "alice", "bob"],
                env={**os.environ, **self.service.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            connection, _ = listener.accept()
            with connection:
                greeting = connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                connection.shutdown(socket.SHUT_WR)
                child.communicate(timeout=20)
        self.assertEqual(child.returncode, TRANSPORT)
        self.assertEqual(greeting[:1], b"\x16")  # a TLS handshake, and nothing in the clear
        self.assertNotIn(b"friend_delete", greeting)

    def test_a_port_where_nobody_listens_is_a_transport_failure(self) -> None:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            done = self.call("--endpoint", f"https://127.0.0.1:{bound.getsockname()[1]}")
        self.assertEqual(done.status, TRANSPORT)
        self.assertIn("Couldn't connect", done.err)

    def test_nothing_but_https_is_an_endpoint(self) -> None:
        for endpoint in (f"http://localhost:{self.service.port}", f"localhost:{self.service.port}", "https://",
                         "ftp://x", "https://localhost:0", "https://localhost:65536", "https://localhost/path",
                         "https://a b", "https://user@localhost", "https://localhost?x=1", "file:///etc/passwd"):
            with self.subTest(endpoint):
                done = self.call("--endpoint", endpoint)
                self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
                self.assertIn("https://HOST", done.err)

    def test_a_proxy_in_the_environment_is_not_taken(self) -> None:
        self.service.graph.befriend("alice", ["bob"])
        proxies = {name: "http://127.0.0.1:9" for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")}
        done = run([self.example, "--endpoint", self.service.endpoint, "--cacert", self.service.cacert, "alice", "bob"],
                   {**self.service.environment, **proxies})
        self.assertEqual(done.status, OK, done.err)

    def test_a_file_of_authorities_that_cannot_be_read_is_bad_input(self) -> None:
        done = self.call("--endpoint", self.service.endpoint, "--cacert", "/nonexistent.pem")
        self.assertEqual((done.status, done.out), (BAD_INPUT, ""))
        self.assertIn("/nonexistent.pem", done.err)


class Protocol(EndToEnd):
    # What the system's own configuration of OpenSSL forbids is allowed here, so that it is we who refuse.
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

    def status(self, version: ssl.TLSVersion) -> int:
        with warnings.catch_warnings(), tempfile.TemporaryDirectory() as directory, Service() as service:
            warnings.simplefilter("ignore", DeprecationWarning)
            context = service.hosts[0].tls
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = version
            context.maximum_version = version
            configuration = os.path.join(directory, "openssl.cnf")
            with open(configuration, "w", encoding="ascii") as file:
                file.write(self.PERMISSIVE)
            service.graph.befriend("alice", ["bob"])
            return self.unfriend("--retries", "0", "alice", "bob", environment={"OPENSSL_CONF": configuration},
                                 service=service).status

    def test_tls_1_2_and_1_3_are_spoken(self) -> None:
        self.assertEqual(self.status(ssl.TLSVersion.TLSv1_2), OK)
        self.assertEqual(self.status(ssl.TLSVersion.TLSv1_3), OK)

    def test_nothing_older_is(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.assertEqual(self.status(ssl.TLSVersion.TLSv1_1), TRANSPORT)


if __name__ == "__main__":
    unittest.main()
