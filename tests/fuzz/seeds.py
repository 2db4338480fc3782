#!/usr/bin/env python3
"""seeds.py TARGET FOLDER: writes the seeds of a fuzz target that are deep and those that are long, up to the 64 KiB of an input.

They are made and not kept: a thousand brackets say no more than this file."""

import struct
import sys
from pathlib import Path

LONGEST = 65536
LEVELS = (200, 300, 20000)  # below and above the limits of most readers, and what recursion would not survive


def nested(before, after="", inside="", head="", tail=""):
    """Seeds of many levels, each `before` … `after`."""
    return [head + before * levels + inside + after * levels + tail for levels in LEVELS]


def repeated(text, head="", tail=""):
    """A seed of `text` again and again, as long as an input may be."""
    return [head + text * ((LONGEST - len(head) - len(tail)) // len(text)) + tail]


def frame(kind, flags, stream, payload=""):
    """A frame of HTTP/2."""
    size = len(payload)
    return (bytes([size >> 16, size >> 8 & 255, size & 255, kind, flags]) + struct.pack(">I", stream)).decode("latin-1") + payload


def json_of(head="", tail=""):
    return nested("[", "]", head=head, tail=tail) + nested('{"a":', "}", "1", head, tail)


CHUNKED = "\0HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
RESULT = '{"schema":"iter8/result/v1","iter8Version":"1","startTime":"2026-01-01T00:00:00Z","tasks":'
ON_DISK = "\0schema: iter8/result/v1\niter8Version: 1.0.0\nstartTime: 2026-01-01T00:00:00Z\nexperiment:\n"

# Target -> (deep seeds, long seeds).
SEEDS = {
    "crash": (nested("[", "]", head=ON_DISK + "  name: ") + nested("- ", head=ON_DISK + "  versions:\n    "),
              repeated("  - {code: a, message: b}\n", head=ON_DISK + "  warnings:\n") + repeated("a", head=ON_DISK + "  name: ")),
    "document": (nested("[", "]") + nested("{a: ", "}") + nested("- ") + nested("? "),
                 repeated("- a\n") + repeated("a", head="a: ") + repeated("*a, ", "&a [b], [", "]") + repeated("a\n", "a: |\n ")),
    "document_edit": (nested(".a", head="", tail="\nx\na: 1\n") + nested("[", "]", head=".a\nx\na: ") + nested("/a", tail='\nx\n{"a":1}'),
                      repeated("b: 1\n", ".a\nx\na: 1\n") + repeated("  ", ".a\nx\na:\n") + repeated('"b":1,', '/a\nx\n{', '"a":1}')),
    "expression": (nested("(", ")", "1") + nested("!", inside="true") + nested("[", "]") + nested("Metric(", ")", "'m'") + nested("-", inside="1"),
                   repeated("1 + ", tail="1") + repeated("a", "'", "'") + repeated("9") + repeated(".a", "versions")),
    "grpc_calls": (nested(frame(9, 0, 1, "\0\1x\1y"), head="\0\xff" + frame(4, 0, 0) + frame(1, 0, 1, "\x88")),
                   [seed for each in (frame(0, 0, 1, "\0\0\0\0\1x"), frame(0, 0, 1, "\0\0\0\0\0" * 100), frame(6, 1, 0, "iter8-up"))
                    for seed in repeated(each, "\3\xff" + frame(4, 0, 0) + frame(1, 4, 1, "\x88\0\x0ccontent-type\x10application/grpc"))]),
    "history": (json_of('{"schema":"iter8/history/v1","runs":[', "]}"),
                repeated("{},", '{"schema":"iter8/history/v1","runs":[', "{}]}") + repeated("1", '{"schema":')),
    "load_objective": (nested("p(", ")", "9", tail="<1s") + nested("ok-", tail="p99<1s"),
                       repeated("9", "p99<") + repeated("a/", tail="<1") + repeated(" ", "p99", "<1s") + repeated("<", "p99")),
    "host_policy": (nested("a.", tail="b\nb"), repeated("a.b,", tail="\na.b") + repeated("::1/128 ", tail="\n::1") + repeated("a", tail="\n")),
    "http1_parser": (nested("HTTP/1.1 100 Continue\r\n\r\n", head="\0"),
                     repeated("a: b\r\n", "\0HTTP/1.1 200 OK\r\n") + repeated("1;a=b\r\nx\r\n", CHUNKED) + repeated("0", CHUNKED) +
                     repeated("x", "\0HTTP/1.1 200 ") + repeated("a: b\r\n", CHUNKED + "0\r\n")),
    "http2": (nested(frame(9, 0, 1, "\0\1x\1y"), head="\0\xff" + frame(4, 0, 0) + frame(1, 0, 1, "\x88")),
              [seed for each in (frame(4, 0, 0), frame(6, 0, 0, "12345678"), frame(2, 0, 1, "\0\0\0\1\0"), frame(8, 0, 0, "\0\0\0\1"),
                                 frame(3, 0, 1, "\0\0\0\7"), frame(0, 0, 1, ""), frame(1, 5, 1, "\x88"), frame(200, 0, 0))
               for seed in repeated(each, "\0\xff" + frame(4, 0, 0))]),
    "jq_reply": (nested("[", "]", head="=j\x58\2\0\0"), repeated("n\0\0\0\0\0\0\xf0\x7f", "=") + repeated("a", "!jq: ")),
    "jq_rules": (nested("(", ")", ".") + nested('"\\(', ')"', "1") + nested("[", "]") + nested("{a:", "}", "1") + nested("if . then "),
                 repeated(".a") + repeated("# a\n") + repeated("a", '"', '"') + repeated("| .[0] ", ".")),
    "json_path": (json_of(".a\n") + nested(".a", tail="\n{}") + nested("[0]", tail="\n[]"),
                  repeated(".a", tail="\n{}") + repeated('"a":1,', ".a\n{", '"a":2}') + repeated("9", ".a\n") + repeated("\\u0061", '.a\n{"', '":1}')),
    "json_reader": (json_of() + nested('[{"a":', "}]", "[]") + nested("[") + nested('{"[":"[', '"}'),
                    repeated("9") + repeated("0", "1.") + repeated("9", "1e") + repeated("a", '"', '"') + repeated('"a":1,', "{", '"b":1}') +
                    repeated("1,", "[", "1]") + repeated("\\u0000", '"', '"') + repeated(" ", "[", "]")),
    "load_texts": (nested("{{", "}}", "seq", head="p") + json_of("j.a[0]\n"),
                   repeated("a,b\n", "rid,name\n") + repeated('""', 'ra\n"', '"') + repeated("{{seq}}", "p") + repeated("a=b\n", "c") +
                   repeated("; a", "ca=b") + repeated(" 1:1", "s/1:1")),
    "metrics": (json_of("\3") + json_of("\4") + nested("(", ")", head="\1"),
                repeated("a,", "\0") + repeated('""', '\0"', '"') + repeated('a="b",', "\1up{", "}") + repeated("up 1\n", "\2") + repeated("a 1\n", "\2", "up 1\n# EOF\n") +
                repeated('"a"="b",', '\2{"up",', "} 1\n") + repeated('"a"="b",', '\1{"up",', "}") +
                repeated('a="b",', "\2up{", "} 1\n") + repeated('[1,"2"],', '\3{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[', '[1,"2"]]}]}}') +
                repeated(",a", "\5#datatype")),
    "notify": (json_of('{"schema":"iter8/history/v1","experiments":{"a":', "}}") + nested('{"pull_request":', "}", "1"),
               repeated('{"outcome":"success"},', '{"schema":"iter8/history/v1","experiments":{"a":[', "{}]}}") + repeated("a", tail="@b.c") +
               repeated(".a", "a@b")),
    "pace": (nested("error-rate > 1 and ", inside="elapsed > 1s") + nested("elapsed > 1s or "),
             repeated("1\n", "elapsed > 1s\ntime\n") + repeated("9", "elapsed > ") + repeated(",a", "\ntime")),
    "pattern": (nested("(", ")", "a") + nested("(?:", ")*", "a") + nested("[", "]"),
                repeated("a?") + repeated("a|") + repeated("a", "(a*)*b\n") + repeated("x{1000}") + repeated("\\pL")),
    "reference": (nested("${A:-", "}") + nested("[", "]", "${A}") + nested("{a: ", "}", "${A}"),
                  repeated("${A}", "a: ") + repeated("$", "a: ") + repeated("- ${TOKEN}\n") + repeated("a", "a: ${", "}")),
    "result": (json_of(RESULT, "}"), repeated("{},", RESULT + "[", "{}]}") + repeated("1,0.5;", "3") + repeated("1/213:1\n")),
    "secrets": (nested("%25", head="secret-one\x1f", tail="41") + nested("\\\\", head="secret\\one\x1f") + nested("&amp;", head="a&b&c&d\x1f"),
                repeated("a", "aaaa\x1f") + repeated("a", tail="\x1fa") + repeated("x\r\n", "xxxxxxxx\x1f") + repeated("http://u:p@h/ ", "secret\x1f") +
                repeated("line of it\n", tail="\x1fline of it") + repeated("a", "a" * 30000 + "b\x1f", "%26&amp;\\n")),
    "sse": (json_of("\x04\xffdata: ", "\n\n"),
            repeated("data\n", "\0\xff") + repeated(": ping\n\n", "\0\xff") + repeated("data: 1\n\n", "\0\xff") + repeated("\r", "\0\xff") +
            repeated("{}\n", "\5\xff") + repeated("x", "\2\xff")),
    "stats": (nested("\x05"), repeated("\x08\x09\x01\x02") + repeated("\xe0\0\0\0\0\0\0\xf0\x7f")),
    "template": (nested("{{ if true }}", "{{ end }}", "a") + nested("(", ")", "1", "{{ ", " }}") + nested("{{ with .version }}") +
                 nested("{{ range .list }}", "{{ end }}", "a") + nested("[", "]", head="{{ fromJson `", tail="` }}"),
                 repeated("{{ . }}") + repeated("a") + repeated(" | quote", "{{ 1", " }}") + repeated("9", "{{ ", " }}") +
                 ["{{ repeat 65536 `a` | repeat 65536 }}"] + repeated("a", "{{/* ", " */}}")),
    "websocket": ([head + text + tail for head, tail in (("\3\xff\x81\x7e\x13\x88", " " * 5000),) for text in json_of()],
                  repeated("\x89\0", "\0\xff") + repeated("\x8a\0", "\0\xff") + repeated("\0\0", "\0\xff\x01\0") +
                  repeated("\x81\1x", "\0\xff") + repeated('\x81\x09{"id": 1}', "\1\xff") + repeated("a: b\r\n", "\x10\xffHTTP/1.1 200 OK\r\n") +
                  repeated("HTTP/1.1 100 C\r\n\r\n", "\x10\xff")),
}


def seeds_of(target):
    """Name -> bytes."""
    deep, long_ones = SEEDS[target]
    named = [(f"deep-{number}", text) for number, text in enumerate(deep)] + [(f"long-{number}", text) for number, text in enumerate(long_ones)]
    return {name: text.encode("latin-1")[:LONGEST] for name, text in named}


def main():
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds_of(sys.argv[1]).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
