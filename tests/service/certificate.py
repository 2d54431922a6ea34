"""A self-signed certificate for this machine, which is its own trust anchor."""

from __future__ import annotations

import os
import subprocess
from typing import NamedTuple

_CONFIGURATION = """\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = Chat service stand-in
[extensions]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
"""


class Certificate(NamedTuple):
    certificate: str  # path of the PEM file that a client trusts
    key: str  # path of its private key


def make(directory: str) -> Certificate:
    """Writes a fresh certificate and key for localhost, 127.0.0.1 and ::1 into `directory`, valid for two days."""
    made = Certificate(os.path.join(directory, "cacert.pem"), os.path.join(directory, "key.pem"))
    configuration = os.path.join(directory, "openssl.cnf")
    with open(configuration, "w", encoding="ascii") as file:
        file.write(_CONFIGURATION)
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-days", "2", "-config", configuration, "-out", made.certificate, "-keyout", made.key]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.remove(configuration)
    if done.returncode != 0:
        raise RuntimeError("openssl made no certificate:\n" + done.stdout.decode(errors="replace"))
    return made
