"""A second implementation of HdrHistogram's log and compressed form, version 2, written from its description."""

import base64
import re
import struct
import zlib

LINE = re.compile(r"Tag=(?P<tag>[^,\s]+),(?P<start>\d+\.\d{3}),(?P<length>\d+\.\d{3}),(?P<max>\d+\.\d{6}),(?P<text>\S+)")
PLAIN, COMPRESSED = 0x1C849313, 0x1C849314


class Histogram:
    """Counts by the highest value that falls into the bucket."""

    def __init__(self, counts):
        self.counts = dict(sorted(counts.items()))

    @property
    def total(self):
        return sum(self.counts.values())

    def percentile(self, p):
        seen, wanted = 0, max(1, -(-self.total * p // 100))
        for value, count in self.counts.items():
            seen += count
            if seen >= wanted:
                return value
        return 0

    @staticmethod
    def decode(text):
        packed = base64.b64decode(text, validate=True)
        cookie, length = struct.unpack_from(">II", packed)
        assert cookie == COMPRESSED and length == len(packed) - 8, "not the compressed form"
        plain = zlib.decompress(packed[8:])
        cookie, length, offset, digits, lowest, highest, ratio = struct.unpack_from(">IIIIQQd", plain)
        assert cookie == PLAIN and length == len(plain) - 40 and offset == 0 and ratio == 1.0, "not the plain form"
        assert lowest == 1 and highest >= 2, "bounds"
        return Histogram(dict(_buckets(plain[40:], digits)))


def parse(log):
    """The histograms of a log, by tag."""
    lines = log.splitlines()
    assert lines[0].startswith("#[Histogram log format version 1.3"), lines[0]
    rows = [line for line in lines if not line.startswith(("#", '"'))]
    return {found["tag"]: Histogram.decode(found["text"]) for found in map(LINE.fullmatch, rows)}


def _numbers(payload):
    """ZigZag LEB128, of at most nine bytes; the ninth has eight bits."""
    at = 0
    while at < len(payload):
        bits = 0
        for place in range(9):
            byte = payload[at]
            at += 1
            bits |= (byte if place == 8 else byte & 0x7F) << (7 * place)
            if place == 8 or byte < 0x80:
                break
        yield (bits >> 1) ^ -(bits & 1)


def _buckets(payload, digits):
    half_bits = (2 * 10 ** digits - 1).bit_length() - 1  # half of the sub-buckets that so many digits need
    index = 0
    for number in _numbers(payload):
        if number < 0:
            index -= number
            continue
        if number > 0:
            bucket, sub = (index >> half_bits) - 1, (index & ((1 << half_bits) - 1)) + (1 << half_bits)
            if bucket < 0:
                bucket, sub = 0, sub - (1 << half_bits)
            yield ((sub + 1) << bucket) - 1, number
        index += 1
