"""Certificates for tests, made with the openssl command when they are needed."""

import subprocess
from pathlib import Path


class Authority:
    """A certificate authority in a folder. Every certificate is a pair of files, NAME.pem and NAME.key."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self.certificate = self._folder / "ca.pem"
        (self._folder / "index.txt").touch()
        (self._folder / "ca.cnf").write_text(CONFIGURATION.format(folder=self._folder))
        self._openssl("req", "-x509", *NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
                      "-subj", "/CN=Test authority")

    def issue(self, name, subject_names, begin="20200101000000Z", end="20990101000000Z"):
        """A certificate for names like "DNS:localhost,IP:127.0.0.1"."""
        self._openssl("req", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (self._folder / "extensions").write_text(f"subjectAltName={subject_names}\n")
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                      "-in", f"{name}.csr", "-out", f"{name}.pem", "-startdate", begin, "-enddate", end,
                      "-extfile", "extensions")
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def self_signed(self, name, subject_names):
        self._openssl("req", "-x509", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30",
                      "-subj", f"/CN={name}", "-addext", f"subjectAltName={subject_names}")
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def _openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self._folder, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"openssl {' '.join(arguments)}: {done.stderr}")


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")

CONFIGURATION = """
[ca]
default_ca = tests
[tests]
database = {folder}/index.txt
new_certs_dir = {folder}
default_md = sha256
unique_subject = no
rand_serial = yes
policy = anything
[anything]
commonName = supplied
"""
