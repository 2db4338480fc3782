"""Fake metric backends, for those that do not run here. Each checks requests as the vendor documents them and responds in the
documented form; they do not prove that the vendor does the same."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VALUES = {"stable": 20.0, "candidate": 12.5}


class Refused(Exception):
    """The vendor would answer with this status."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass
class Call:
    method: str
    path: str
    query: dict
    headers: dict
    body: str
    host: str
    raw_query: str = ""

    def json(self):
        return json.loads(self.body)

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body, strict_parsing=True))

    def expect(self, method, path):
        if (self.method, self.path) != (method, path):
            raise Refused(404, {"error": f"no {self.method} {self.path}"})

    def expect_header(self, name, value, status=403):
        if self.headers.get(name.lower()) != value:
            raise Refused(status, {"errors": ["Forbidden"]})


@dataclass
class StandIn:
    """A server on a free port; `answer` gets a Call and returns a body (text or JSON) or raises Refused."""

    case: object
    answer: object
    calls: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    def __post_init__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.handle(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.case.addCleanup(self._server.server_close)
        self.case.addCleanup(self._server.shutdown)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def handle(self, handler):
        length = int(handler.headers.get("content-length") or 0)
        address = urllib.parse.urlsplit(handler.path)
        call = Call(handler.command, address.path, dict(urllib.parse.parse_qsl(address.query)),
                    {name.lower(): value for name, value in handler.headers.items()},
                    handler.rfile.read(length).decode(), handler.headers["host"], address.query)
        self.calls.append(call)
        try:
            status, body = 200, self.answer(call)
        except Refused as refused:
            status, body = refused.status, refused.body
        except Exception as error:  # a request that the vendor could not read either
            self.problems.append(repr(error))
            status, body = 400, {"error": repr(error)}
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


def version_in(text):
    """Which version a query is about."""
    found = re.search(r"stable|candidate", text)
    if not found:
        raise Refused(400, {"error": f"no version in {text!r}"})
    return found.group()


def datadog_v1(call):
    call.expect("GET", "/api/v1/query")
    call.expect_header("DD-API-KEY", "key-a")
    call.expect_header("DD-APPLICATION-KEY", "key-b")
    if int(call.query["from"]) >= int(call.query["to"]):
        raise Refused(400, {"errors": ["from must be before to"]})
    version = version_in(call.query["query"])
    at = int(call.query["to"]) * 1000
    points = [[at - 40000, 1.0], [at - 20000, VALUES[version]], [at, None]]
    return {"status": "ok", "res_type": "time_series", "series": [
        {"metric": "shop.orders", "scope": f"version:{version}", "tag_set": [f"version:{version}"], "pointlist": points}]}


def datadog_v2(call):
    call.expect("POST", "/api/v2/query/scalar")
    call.expect_header("DD-API-KEY", "key-a")
    call.expect_header("DD-APPLICATION-KEY", "key-b")
    data = call.json()["data"]
    assert data["type"] == "scalar_request", data
    attributes = data["attributes"]
    assert attributes["from"] < attributes["to"] and attributes["from"] > 10**12, attributes
    (query,), (formula,) = attributes["queries"], attributes["formulas"]
    assert query["data_source"] == "metrics" and query["aggregator"] == "sum" and formula["formula"] == query["name"]
    if "by {version}" not in query["query"]:
        raise Refused(400, {"errors": ["unexpected query"]})
    return {"data": {"type": "scalar_response", "attributes": {"columns": [
        {"type": "group", "name": "version", "values": [[name] for name in VALUES]},
        {"type": "number", "name": "a", "values": list(VALUES.values()), "meta": {"unit": None}}]}}}


def newrelic(call):
    call.expect("POST", "/graphql")
    call.expect_header("API-Key", "NRAK-secret")
    body = call.json()
    assert "nrql(query: $nrql" in body["query"], body
    variables = body["variables"]
    assert variables["account"] == 42 and variables["timeout"] == 10, variables
    nrql = variables["nrql"]
    if "FROM Nothing" in nrql:
        return {"errors": [{"message": "NRQL Syntax Error: unknown event type", "path": ["actor"]}], "data": None}
    if "FACET version" in nrql:
        rows = [{"facet": name, "version": name, "average.duration": value} for name, value in VALUES.items()]
    else:
        rows = [{"average.duration": VALUES[version_in(nrql)]}]
    return {"data": {"actor": {"account": {"nrql": {"results": rows}}}}}


def dynatrace(call):
    call.expect("GET", "/api/v2/metrics/query")
    call.expect_header("Authorization", "Api-Token dt0c01.secret", 401)
    assert call.query["resolution"] == "Inf" and int(call.query["to"]) > int(call.query["from"]) > 10**12
    version = version_in(call.query["metricSelector"])
    return {"totalCount": 1, "nextPageKey": None, "resolution": "Inf", "warnings": ["a deprecated key was used"],
            "result": [{"metricId": call.query["metricSelector"], "data": [
                {"dimensions": [version], "dimensionMap": {"version": version}, "timestamps": [int(call.query["to"])],
                 "values": [VALUES[version]]}]}]}


def elasticsearch(call):
    call.expect("POST", "/shop-2026/_search")
    call.expect_header("Authorization", "ApiKey ZWxhc3RpYw==", 401)
    body = call.json()
    version = body["query"]["term"]["version"]
    if body["size"] != 0:
        raise Refused(400, {"error": {"type": "illegal_argument_exception"}})
    failed = 1 if version == "candidate" and body.get("track_total_hits") is False else 0
    return {"took": 3, "timed_out": False, "_shards": {"total": 5, "successful": 5 - failed, "failed": failed},
            "hits": {"total": {"value": 7, "relation": "eq"}}, "aggregations": {"price": {"value": VALUES[version]}}}


def splunk(call):
    call.expect("POST", "/services/search/jobs/export")
    call.expect_header("Authorization", "Bearer splunk-secret", 401)
    form = call.form()
    assert form["output_mode"] == "json" and float(form["earliest_time"]) < float(form["latest_time"]), form
    if not form["search"].startswith(("search ", "|")):
        return json.dumps({"messages": [{"type": "FATAL", "text": "Unknown search command"}]}) + "\n"
    rows = [{"preview": True, "offset": 0, "result": {"version": "stable", "orders": "1"}}]
    rows += [{"preview": False, "offset": at, "result": {"version": name, "orders": str(value)}}
             for at, (name, value) in enumerate(VALUES.items())]
    rows[-1]["lastrow"] = True
    return "\n".join(json.dumps(row) for row in rows) + "\n"


def loki(call):
    call.expect("GET", "/loki/api/v1/query")
    call.expect_header("X-Scope-OrgID", "shop", 401)
    assert float(call.query["time"]) > 10**9
    if "count_over_time" not in call.query["query"]:
        return {"status": "success", "data": {"resultType": "streams", "result": []}}
    version = version_in(call.query["query"])
    return {"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": {"version": version}, "value": [float(call.query["time"]), str(VALUES[version])]}]}}


def skywalking(call):
    call.expect("POST", "/graphql")
    variables = call.json()["variables"]
    duration = variables["duration"]
    for end in ("start", "end"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d{4}", duration[end]), duration
    assert duration["step"] == "MINUTE" and variables["entity"]["normal"] is True
    if variables["expression"] != "avg(service_resp_time)":
        return {"data": {"execExpression": {"type": "UNKNOWN", "error": "no such metric", "results": []}}}
    value = VALUES[variables["entity"]["serviceName"]]
    return {"data": {"execExpression": {"type": "SINGLE_VALUE", "error": None, "results": [
        {"metric": {"labels": []}, "values": [{"id": None, "value": str(value)}]}]}}}


def aws_signature(call, secret):
    """What Authorization must say, computed from what arrived by a second implementation."""
    authorization = call.headers["authorization"]
    credential, names, signature = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})", authorization).groups()
    _, day, region, service, _ = credential.split("/")
    lines = "".join(f"{name}:{call.headers[name].strip()}\n" for name in names.split(";"))
    canonical = "\n".join([call.method, call.path, "&".join(sorted(filter(None, call.raw_query.split("&")))), lines, names,
                           hashlib.sha256(call.body.encode()).hexdigest()])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", call.headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return signature == hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), names.split(";"), scope


def cloudwatch(call):
    call.expect("POST", "/")
    call.expect_header("X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData", 400)
    good, names, scope = aws_signature(call, "aws+secret/key")
    assert {"host", "x-amz-date", "x-amz-target", "content-type"} <= set(names), names
    assert scope.endswith("/eu-west-1/monitoring/aws4_request"), scope
    if not good:
        raise Refused(403, {"__type": "SignatureDoesNotMatch", "message": "The request signature does not match"})
    body = call.json()
    assert body["EndTime"] > body["StartTime"]
    (query,) = body["MetricDataQueries"]
    if "Expression" in query:
        version, label = version_in(query["Expression"]), "expression"
    else:
        (dimension,) = query["MetricStat"]["Metric"]["Dimensions"]
        assert query["MetricStat"]["Period"] % 60 == 0 and query["MetricStat"]["Stat"] == "Sum", query
        version, label = dimension["Value"], "Orders"
    return {"MetricDataResults": [{"Id": query["Id"], "Label": label, "StatusCode": "PartialData",
                                   "Timestamps": [body["StartTime"]], "Values": [VALUES[version]]}],
            "Messages": []}


class GoogleCloud:
    """The token endpoint and the PromQL endpoint; the claim's signature is checked with openssl."""

    def __init__(self, folder, public_key):
        self.folder = folder
        self.public_key = public_key
        self.tokens = 0

    def __call__(self, call):
        if call.path == "/token":
            return self.token(call)
        call.expect("POST", "/v1/projects/shop-1/location/global/prometheus/api/v1/query")
        call.expect_header("Authorization", "Bearer ya29.token", 401)
        form = call.form()
        version = version_in(form["query"])
        return {"status": "success", "data": {"resultType": "vector", "result": [
            {"metric": {}, "value": [float(form["time"]), str(VALUES[version])]}]}}

    def token(self, call):
        form = call.form()
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer", form
        head, claims, signature = form["assertion"].split(".")
        signed, seal = self.folder / "signed", self.folder / "seal"
        signed.write_bytes(f"{head}.{claims}".encode())
        seal.write_bytes(from_base64url(signature))
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.public_key, "-signature", seal, signed], check=True,
                       capture_output=True, timeout=20)
        assert json.loads(from_base64url(head)) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
        said = json.loads(from_base64url(claims))
        assert said["iss"] == "iter8@shop-1.example" and said["aud"].endswith("/token"), said
        assert said["exp"] - said["iat"] == 3600 and said["scope"].endswith("/auth/monitoring.read"), said
        self.tokens += 1
        return {"access_token": "ya29.token", "expires_in": 3599, "token_type": "Bearer"}


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
