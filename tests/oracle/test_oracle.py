"""Two decoders that share nothing, the library and contract.py, read the same documents alike."""

from __future__ import annotations

import os
import subprocess
import unittest
from collections import Counter
from typing import Dict, Iterator, List

import contract
from documents import WHOLE, Document, Maker

PROGRAM = os.environ["UNFRIEND_DECODE_DOCUMENTS"]
DOCUMENTS = int(os.environ.get("UNFRIEND_ORACLE_DOCUMENTS", "100000"))
SEED = int(os.environ.get("UNFRIEND_ORACLE_SEED", "1"))
BATCH = 5000  # documents that one process decodes
PATIENCE = 300  # seconds, for a process that hangs

RESPONSE_ERRORS = {"empty_body", "html_body", "truncated_json", "malformed_json", "not_an_object", "trailing_bytes",
                   "wrong_type", "integer_out_of_range", "invalid_utf8", "nesting_too_deep", "body_too_large"}
# Every error that `decode` can give, by what is decoded.
ERRORS = {
    "friend_delete": RESPONSE_ERRORS | {"too_many_items", "repeated_items"},
    "friend_delete_all": RESPONSE_ERRORS,
    "event": (RESPONSE_ERRORS - {"integer_out_of_range"})
    | {"too_many_items", "repeated_items", "missing_member", "webhook_other_command"},
}


class Record:
    def __init__(self, name: str, detail: int, values: bytes) -> None:
        self.name, self.detail, self.values = name, detail, values


def decoded(documents: List[Document]) -> Iterator[List[Record]]:
    """What the library makes of each document, storage by storage."""
    frames = [b"%s %d %d\n%b" % (each.kind.encode(), len(each.body), each.padding, each.body) for each in documents]
    done = subprocess.run([PROGRAM], input=b"".join(frames), stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
    out, at = done.stdout, 0
    for document in documents:
        assert out.startswith(b"document\n", at)
        at += len(b"document\n")
        records: List[Record] = []
        for _ in contract.STORAGES[document.kind]:
            end = out.index(b"\n", at)
            line, at = out[at:end], end + 1
            if line == b"=":
                records.append(records[0])
                continue
            name, detail, size = line.split(b" ")
            records.append(Record(name.decode(), int(detail), out[at:at + int(size)]))
            at += int(size)
        yield records
    assert at == len(out)


class Decode(unittest.TestCase):
    def compare(self, documents: List[Document], met: Dict[str, "Counter[str]"]) -> None:
        for document, records in zip(documents, decoded(documents)):
            expected = contract.decode(*document)
            for storage, record, outcome in zip(contract.STORAGES[document.kind], records, expected):
                met[document.kind][record.name] += 1
                if (record.name != outcome.name or not outcome.first <= record.detail <= outcome.last
                        or record.values != outcome.values):
                    self.fail(f"{document.kind} into {storage.name}: {document.body!r}\n"
                              f"the library: {record.name} {record.detail} {record.values!r}\n"
                              f"the contract: {outcome.name} {outcome.first} to {outcome.last} {outcome.values!r}")

    def test_every_document_is_read_as_the_contract_says_and_every_error_is_met(self) -> None:
        met: Dict[str, "Counter[str]"] = {kind: Counter() for kind in ERRORS}
        self.compare([Document(kind, body) for kind in ERRORS for body in WHOLE], met)
        maker = Maker(SEED)
        for count in batches(DOCUMENTS):
            self.compare(maker.documents(count), met)
        # 4 GB of NULs, of which no page is touched.
        self.compare([Document(kind, b"{}", 2 ** 32) for kind in ERRORS], met)
        for kind, counted in met.items():
            print(f"\n{kind}: {dict(counted.most_common())}")
            self.assertEqual(set(counted) - {"none"}, ERRORS[kind])
            self.assertGreater(counted["none"], sum(counted.values()) / 3)


def batches(count: int) -> Iterator[int]:
    while count > 0:
        yield min(count, BATCH)
        count -= BATCH


if __name__ == "__main__":
    unittest.main()
