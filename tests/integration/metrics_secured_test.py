"""The task `metrics` through an nginx that secures a real Prometheus: a private authority, passwords and tokens."""

import subprocess
import time
import unittest

from backends import Server, free_port, program, require, start_prometheus
from harness.certificates import Authority
from metrics_case import MetricsCase

NOW = int(time.time()) - 30

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_client_certificate {authority}; ssl_verify_client optional;
    location /basic/ {{ auth_basic "metrics"; auth_basic_user_file {folder}/users; proxy_pass {target}/; }}
    location /bearer/ {{ if ($http_authorization != "Bearer sesame-token-1") {{ return 401; }} proxy_pass {target}/; }}
    location /client/ {{ if ($ssl_client_verify != SUCCESS) {{ return 403; }} proxy_pass {target}/; }}
    location /away/ {{ return 302 http://127.0.0.1:1/; }}
  }}
}}
"""


class SecuredTest(MetricsCase):
    def setUp(self):
        super().setUp()
        target = start_prometheus(self, [("temperature", NOW, 21.5)])
        self.authority = Authority(self.folder)
        certificate, key = self.authority.issue("server", "IP:127.0.0.1")
        self.client = self.authority.issue("client", "DNS:client")
        folder = self.folder / "nginx"
        folder.mkdir()
        hashed = subprocess.run([program("openssl"), "passwd", "-apr1", "sesame-word-2"], capture_output=True, text=True,
                                check=True).stdout.strip()
        (folder / "users").write_text(f"ci:{hashed}\n")
        port = free_port()
        (folder / "nginx.conf").write_text(NGINX.format(
            folder=folder, port=port, certificate=certificate, key=key, authority=self.authority.certificate,
            target=target.url()))
        self.server = Server(self, "nginx", [program("nginx"), "-c", folder / "nginx.conf", "-e", folder / "start.log"], port)

    def ask(self, path, options=None, environment=None):
        return self.measure({"provider": "prometheus", "url": f"https://127.0.0.1:{self.server.port}{path}", "delay": "30s",
                             "tls": {"ca": str(self.authority.certificate)}, "retry": {"attempts": 1},
                             "metrics": [{"name": "temperature", "query": "temperature"}], **(options or {})},
                            environment=environment)

    def assert_measured(self, finished):
        self.assert_code(finished, 0)
        self.assertEqual(self.value("prometheus/temperature", 0), 21.5)

    def assert_hidden(self, finished, secret):
        self.assertNotIn(secret, finished.text + (self.folder / "result.yaml").read_text(), finished.story())

    def test_a_password(self):
        auth = {"auth": {"username": "ci", "password": "${WORD}"}}
        self.assert_measured(self.ask("/basic", auth, {"WORD": "sesame-word-2"}))

        finished = self.ask("/basic", auth, {"WORD": "sesame-wrong-3"})
        self.assert_code(finished, 1)
        self.assert_says(finished, "prometheus/temperature .*status 401: .*the credentials are missing or wrong")
        self.assert_hidden(finished, "sesame-wrong-3")

    def test_a_token(self):
        auth = {"auth": {"bearer": "${TOKEN}"}}
        self.assert_measured(self.ask("/bearer", auth, {"TOKEN": "sesame-token-1"}))

        finished = self.ask("/bearer", auth, {"TOKEN": "sesame-token-9"})
        self.assert_code(finished, 1)
        self.assert_says(finished, "status 401")
        self.assert_hidden(finished, "sesame-token-9")

    def test_a_client_certificate(self):
        tls = {"tls": {"ca": str(self.authority.certificate), "cert": str(self.client[0]), "key": str(self.client[1])}}
        self.assert_measured(self.ask("/client", tls))

        finished = self.ask("/client")
        self.assert_code(finished, 1)
        self.assert_says(finished, "status 403: .*the credentials do not permit this")

    def test_a_server_that_nobody_vouches_for_is_not_asked(self):
        finished = self.ask("/bearer", {"tls": {}})
        self.assert_code(finished, 1)
        self.assert_says(finished, "prometheus/temperature .*certificate")
        self.assert_refused(self.ask("/bearer", {"tls": {"ca": "gone.pem"}}), "tls.ca: found no file .*gone.pem")

    def test_credentials_do_not_follow_a_redirect_to_another_place(self):
        finished = self.ask("/away", {"method": "GET", "auth": {"bearer": "sesame-token-1"}})
        self.assert_code(finished, 1)
        self.assert_says(finished, "status 302.*redirects to another place are not followed")


if __name__ == "__main__":
    require("prometheus", "promtool", "nginx", "openssl")
    unittest.main()
