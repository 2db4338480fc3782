"""TLS that must not be trusted: verification is on unless the file turns it off, and then every report says so."""

import socket
import ssl
import tempfile
import unittest

from harness.certificates import Authority
from harness.servers import Server, answering, answering_once, answering_then_silent, response
from load_case import IMPATIENT, LoadCase

HERE = "DNS:localhost,IP:127.0.0.1"
folder = tempfile.TemporaryDirectory(prefix="iter8-certificates-")
authority = Authority(folder.name)


def tearDownModule():
    folder.cleanup()


def secured(certificate, script=answering(response()), **context_options):
    """A TLS server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    for name, value in context_options.items():
        setattr(context, name, value)
    if context.verify_mode == ssl.CERT_REQUIRED:
        context.load_verify_locations(authority.certificate)
    return Server(script, wrap=lambda stream: context.wrap_socket(stream, server_side=True))


class TlsCase(LoadCase):

    @classmethod
    def setUpClass(cls):
        cls.good = authority.issue("good", HERE)
        cls.trusted = {"ca": str(authority.certificate)}

    def assert_untrusted(self, certificate, tls=None, host="127.0.0.1"):
        with secured(certificate) as server:
            url = server.url(scheme="https", host=host)
            finished = self.assert_all_fail(url, "tls", tls=self.trusted if tls is None else tls)
            self.assertEqual(server.requests, 0, "a request was sent over an untrusted connection")
        return finished


class Certificates(TlsCase):

    def test_a_certificate_of_the_given_authority_is_trusted(self):
        with secured(self.good) as server:
            self.assert_none_fail(server.url(scheme="https"), tls=self.trusted)
            self.assert_none_fail(server.url(scheme="https", host="localhost"), tls=self.trusted)

    def test_an_unknown_authority_counts_as_tls_and_says_why(self):
        self.assert_says(self.assert_untrusted(self.good, tls={}), "certificate|issuer")

    def test_a_self_signed_certificate_counts_as_tls(self):
        finished = self.assert_untrusted(authority.self_signed("lonely", HERE))
        self.assert_says(finished, "self.signed")

    def test_an_expired_certificate_counts_as_tls_and_says_so(self):
        expired = authority.issue("expired", HERE, begin="20200101000000Z", end="20200201000000Z")
        self.assert_says(self.assert_untrusted(expired), "expired")

    def test_a_certificate_of_the_future_counts_as_tls(self):
        self.assert_untrusted(authority.issue("future", HERE, begin="20900101000000Z", end="20990101000000Z"))

    def test_a_certificate_for_another_host_counts_as_tls_and_says_so(self):
        other = authority.issue("other", "DNS:other.example")
        self.assert_says(self.assert_untrusted(other, host="localhost"), "host ?name|mismatch|other")
        self.assert_untrusted(other, host="127.0.0.1")

    def test_the_server_name_of_the_file_is_the_one_that_counts(self):
        other = authority.issue("named", "DNS:other.example")
        with secured(other) as server:
            self.assert_none_fail(server.url(scheme="https"), tls={**self.trusted, "serverName": "other.example"})
        self.assert_untrusted(self.good, tls={**self.trusted, "serverName": "other.example"})

    def test_skipping_verification_works_and_is_reported_loudly(self):
        with secured(authority.self_signed("accepted", HERE)) as server:
            finished = self.assert_none_fail(server.url(scheme="https"), tls={"insecure": True})
        loud = "insecure|not verified|verification"
        self.assert_says(finished, loud)
        self.assertRegex((self.folder / "result.yaml").read_text(), loud)
        self.assert_says(self.iter8("report"), loud)

    def test_a_missing_client_certificate_counts_as_tls(self):
        with secured(self.good, verify_mode=ssl.CERT_REQUIRED) as server:
            self.assert_all_fail(server.url(scheme="https"), "tls", tls=self.trusted)

    def test_a_client_certificate_is_shown_to_the_server(self):
        certificate, key = authority.issue("client", "DNS:client")
        with secured(self.good, verify_mode=ssl.CERT_REQUIRED) as server:
            tls = {**self.trusted, "cert": str(certificate), "key": str(key)}
            self.assert_none_fail(server.url(scheme="https"), tls=tls)


class Handshakes(TlsCase):

    def test_tls_to_a_plain_port_counts_as_tls(self):
        def plain(connection):
            connection.stream.recv(1000)
            connection.send(response(status="400 Bad Request"))
        with Server(plain) as server:
            self.assert_all_fail(server.url(scheme="https"), "tls", tls=self.trusted)

    def test_plain_http_to_a_tls_port_fails(self):
        with secured(self.good) as server:
            self.assert_all_fail(server.url(), "malformed", "early-close", "reset")

    def test_a_handshake_that_never_goes_on_counts_as_timeout(self):
        with Server(lambda connection: connection.wait_for_close()) as server:
            self.assert_all_fail(server.url(scheme="https"), "timeout", tls=self.trusted, timeout=IMPATIENT)

    def test_a_handshake_that_is_cut_counts_as_tls(self):
        with Server(lambda connection: connection.stream.recv(1000)) as server:
            self.assert_all_fail(server.url(scheme="https"), "tls", "early-close", "reset", tls=self.trusted)

    def test_no_common_protocol_version_counts_as_tls(self):
        try:
            old = secured(self.good, maximum_version=ssl.TLSVersion.TLSv1_1, minimum_version=ssl.TLSVersion.TLSv1)
        except (ValueError, ssl.SSLError) as error:
            self.skipTest(f"this Python cannot serve TLS 1.1: {error}")
        with old as server:
            self.assert_all_fail(server.url(scheme="https"), "tls", tls=self.trusted)

    def test_closing_without_close_notify_within_a_body_is_no_success(self):
        def cut(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\n\r\nhalf of an answer that the connection's end delimits")
            connection.stream.shutdown(socket.SHUT_RDWR)
        with secured(self.good, cut) as server:
            self.assert_all_fail(server.url(scheme="https"), "tls", "early-close", tls=self.trusted)

    def test_a_flood_inside_tls_that_never_lets_the_client_breathe_counts_as_timeout(self):
        def flood(connection):
            connection.read_request()
            connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.send(b"x" * 4_000_000)
        with secured(self.good, flood) as server:
            self.assert_all_fail(server.url(scheme="https"), "timeout", tls=self.trusted, timeout=IMPATIENT)

    def test_garbage_inside_tls_is_malformed(self):
        with secured(self.good, answering_then_silent(b"garbage\r\n\r\n")) as server:
            self.assert_all_fail(server.url(scheme="https"), "malformed", tls=self.trusted)

    def test_less_than_content_length_inside_tls_counts_as_early_close(self):
        short = answering_once(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        with secured(self.good, short) as server:
            self.assert_all_fail(server.url(scheme="https"), "early-close", "tls", tls=self.trusted)


class Files(TlsCase):
    """What is wrong with the files of `tls` is found before anything is sent, or fails the task with their name."""

    def assert_not_started(self, tls, pattern):
        with secured(self.good) as server:
            load = {"url": server.url(scheme="https"), "numRequests": 2, "tls": tls}
            finished = self.run_experiment({"tasks": [{"task": "http", "with": load}]})
            self.assertEqual(server.connections, 0)
        self.assertIn(finished.code, (1, 2), finished.story())
        self.assert_says(finished, pattern)

    def test_missing_files_are_named(self):
        certificate, key = map(str, self.good)
        self.assert_not_started({"ca": "no-ca.pem"}, r"no-ca\.pem")
        self.assert_not_started({"cert": "no-cert.pem", "key": key}, r"no-cert\.pem")
        self.assert_not_started({"cert": certificate, "key": "no-key.pem"}, r"no-key\.pem")

    def test_files_that_are_no_certificates_are_named(self):
        self.write("garbage.pem", b"\x00garbage")
        self.write("empty.pem", b"")
        self.assert_not_started({"ca": "garbage.pem"}, r"garbage\.pem")
        self.assert_not_started({"ca": "empty.pem"}, r"empty\.pem")
        self.assert_not_started({"ca": "."}, "tls")

    def test_a_key_of_another_certificate_is_noticed(self):
        other = authority.issue("stranger", HERE)
        self.assert_not_started({"cert": str(self.good[0]), "key": str(other[1])}, "key")

    def test_a_certificate_without_its_key_is_refused(self):
        self.assert_not_started({"cert": str(self.good[0])}, "key")


if __name__ == "__main__":
    unittest.main(verbosity=2)
