"""An authority on this machine, and the certificates that it gives out: good ones, and bad ones of every kind."""

from __future__ import annotations

import os
import subprocess
from typing import Optional, Sequence

from support import Certificate

_CONFIGURATION = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = Chat service stand-in
[ca]
default_ca = authority
[authority]
dir = {folder}
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = {usage}
subjectAltName = {names}
"""
_HERE = "DNS:localhost, IP:127.0.0.1"
_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}:\n{done.stdout.decode(errors='replace')}")


class Authority:
    """Keeps its files in `folder`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        os.makedirs(folder)
        self._made = 0
        with open(os.path.join(folder, "index.txt"), "w", encoding="ascii"):
            pass
        with open(os.path.join(folder, "serial"), "w", encoding="ascii") as file:
            file.write("01\n")
        self.root = Certificate(os.path.join(folder, "root.pem"), os.path.join(folder, "root.key"))
        openssl("req", "-x509", *_KEY, "-days", "2", "-config", self._configuration(), "-extensions", "root", "-out",
                self.root.certificate, "-keyout", self.root.key)

    def _configuration(self, names: str = _HERE, usage: str = "serverAuth") -> str:
        path = os.path.join(self._folder, "openssl.cnf")
        with open(path, "w", encoding="ascii") as file:
            file.write(_CONFIGURATION.format(folder=self._folder, names=names, usage=usage))
        return path

    def _next(self) -> Certificate:
        self._made += 1
        return Certificate(*(os.path.join(self._folder, f"leaf{self._made}.{kind}") for kind in ("pem", "key")))

    def issue(self, names: str = _HERE, dates: Sequence[str] = ("-days", "2"), usage: str = "serverAuth",
              by: Optional[Certificate] = None) -> Certificate:
        """A certificate for this machine, or of other names, dates or usage, signed by the root or another key."""
        signer = by or self.root
        made = self._next()
        configuration = self._configuration(names, usage)
        request = made.certificate + ".csr"
        openssl("req", "-new", *_KEY, "-config", configuration, "-out", request, "-keyout", made.key)
        openssl("ca", "-batch", "-notext", "-config", configuration, "-cert", signer.certificate, "-keyfile",
                signer.key, "-extensions", "leaf", "-in", request, "-out", made.certificate, *dates)
        return made

    def self_signed(self) -> Certificate:
        """A certificate for this machine that nobody but itself vouches for."""
        made = self._next()
        openssl("req", "-x509", *_KEY, "-days", "2", "-config", self._configuration(), "-extensions", "leaf", "-out",
                made.certificate, "-keyout", made.key)
        return made
