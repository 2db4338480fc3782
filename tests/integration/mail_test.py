"""Mail goes to a real SMTP server (Debian's python3-aiosmtpd): unencrypted, with STARTTLS, with TLS from the first byte, with a
password, and to servers that refuse it."""

import email
import email.policy
import socket
import ssl
import sys
import unittest

from harness.case import Case
from harness.certificates import Authority
from harness.judged import judged
from harness.servers import refused_port

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, SMTP
except ImportError:
    print("cannot run here: aiosmtpd is not installed (Debian's python3-aiosmtpd)")
    sys.exit(77)

PASSWORD = "correct-horse-1"


class Postbox:
    """Takes mail; `replies` are what it says to further messages instead, one each."""

    def __init__(self):
        self.envelopes = []
        self.replies = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # pylint: disable=invalid-name
        if address.startswith("nobody@"):
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # pylint: disable=invalid-name
        if self.replies:
            return self.replies.pop(0)
        self.envelopes.append((envelope, session.ssl is not None, session.authenticated))
        return "250 taken"


class Mailserver(Controller):
    """A server on a free port that ends with `case`."""

    def __init__(self, case, tls=None, implicit=False, **options):
        self.box = Postbox()
        self._tls = tls
        self._options = {"hostname": "mail.test", "enable_SMTPUTF8": False, **options}
        super().__init__(self.box, hostname="127.0.0.1", port=0, ssl_context=tls if implicit else None)
        self._starttls = None if implicit else tls
        self.start()
        case.addCleanup(self.stop)

    def factory(self):
        return SMTP(self.handler, tls_context=self._starttls, **self._options)

    def _trigger_server(self):
        """Connects once: Controller.start() waits for that, and does not know which free port was chosen."""
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as stream:
            if self.ssl_context:
                stream = ssl._create_unverified_context().wrap_socket(stream)  # pylint: disable=protected-access
            stream.recv(1024)


def authenticator(server, session, envelope, mechanism, data):
    is_right = (data.login, data.password) == (b"ci", PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)  # not handled: the server answers


class MailTest(Case):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)

    def context(self, names="IP:127.0.0.1"):
        certificate, key = self.authority.issue("mail", names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    def send(self, url, code=0, candidate=300, **options):
        task = {"task": "notify", "with": {"channel": "email", "url": url, "from": "Bot <ci@example.com>",
                                           "to": ["one@example.com", "two@example.com"], **options}}
        experiment, environment = judged(self, [task], candidate)
        finished = self.run_experiment(experiment, "--no-gate", environment=environment)
        self.assert_code(finished, code)
        self.assertNotIn(PASSWORD, finished.text + (self.folder / "result.yaml").read_text() if code != 2 else finished.text)
        return finished

    def test_a_mail_arrives_whole_at_every_recipient(self):
        server = Mailserver(self)
        self.send(f"smtp://127.0.0.1:{server.port}", encryption="none", text="größer: {{ .event.headline }}")
        (envelope, secure, _), = server.box.envelopes
        self.assertFalse(secure)
        self.assertEqual((envelope.mail_from, envelope.rcpt_tos), ("ci@example.com", ["one@example.com", "two@example.com"]))
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.assertTrue(message["Subject"].startswith("[iter8] größer: fail: checkout: candidate: shop/latency"))
        self.assertEqual((message["From"], message["To"]), ("Bot <ci@example.com>", "one@example.com, two@example.com"))
        self.assertRegex(message["Message-ID"], r"^<iter8\.[0-9a-f]{32}@example\.com>$")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        body = message.get_content()
        self.assertIn("größer: fail", body)
        self.assertIn("- shop/latency <= 250 msec, candidate: 300 msec (fail)", body)

    def test_starttls_and_a_password(self):
        server = Mailserver(self, self.context(), authenticator=authenticator, auth_require_tls=True, auth_required=True)
        self.send(f"smtp://127.0.0.1:{server.port}", tls={"ca": str(self.authority.certificate)}, username="ci", password=PASSWORD)
        (_, secure, authenticated), = server.box.envelopes
        self.assertTrue(secure and authenticated)

        finished = self.send(f"smtp://127.0.0.1:{server.port}", code=1, tls={"ca": str(self.authority.certificate)},
                             username="ci", password="wrong-horse-2")
        self.assert_says(finished, "the mail was not taken: .*535")
        self.assertNotIn("wrong-horse-2", finished.text)
        self.assertEqual(len(server.box.envelopes), 1)

    def test_tls_from_the_first_byte_on(self):
        server = Mailserver(self, self.context(), implicit=True)
        self.send(f"smtps://127.0.0.1:{server.port}", tls={"ca": str(self.authority.certificate)})
        self.assertEqual(len(server.box.envelopes), 1)

    def test_a_server_without_starttls_gets_no_mail(self):
        server = Mailserver(self)
        self.assert_says(self.send(f"smtp://127.0.0.1:{server.port}", code=1), "the mail was not taken")
        self.assertEqual(server.box.envelopes, [])

    def test_a_certificate_that_nobody_vouches_for_or_of_another_host_is_refused(self):
        server = Mailserver(self, self.context())
        self.assert_says(self.send(f"smtp://127.0.0.1:{server.port}", code=1), "certificate")
        other = Mailserver(self, self.context("DNS:mail.example.com"))
        self.assert_says(self.send(f"smtp://127.0.0.1:{other.port}", code=1, tls={"ca": str(self.authority.certificate)}),
                         "certificate|does not match")
        self.assertEqual(server.box.envelopes + other.box.envelopes, [])

    def test_a_recipient_that_is_refused_fails_the_task_or_is_a_warning(self):
        server = Mailserver(self)
        url = f"smtp://127.0.0.1:{server.port}"
        self.assert_says(self.send(url, code=1, encryption="none", to=["nobody@example.com"]), "550 no such user here")
        self.assert_says(self.send(url, encryption="none", to=["nobody@example.com"], softFailure=True), "550 no such user here")

    def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(self):
        server = Mailserver(self)
        url = f"smtp://127.0.0.1:{server.port}"
        server.box.replies = ["451 try again later"]
        self.send(url, encryption="none")
        self.assertEqual(len(server.box.envelopes), 1)
        server.box.replies = ["554 spam", "250 never said"]
        self.assert_says(self.send(url, code=1, encryption="none"), "554 spam")
        self.assertEqual(len(server.box.replies), 1)

    def test_nobody_at_the_port_is_an_error_that_says_so(self):
        with refused_port() as port:
            self.assert_says(self.send(f"smtp://127.0.0.1:{port}", code=1, encryption="none"), "not taken: .*connect")


if __name__ == "__main__":
    unittest.main()
