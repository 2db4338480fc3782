#include "load/protocol/event_reader.h"

#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "load/protocol/http1_exchange.h"
#include "load/protocol/http2_exchange.h"
#include "load/request/request.h"
#include "tests/unit/load/recording_sink.h"

namespace iter8::load {
namespace {

std::optional<JsonPath> event_path(std::string_view text) {
  std::string problem;
  return JsonPath::parse(text, problem);
}

const ResponseStream kModel{.content = event_path(".choices[0].delta.content"),
                            .tokens = event_path(".usage.completion_tokens"),
                            .done_text = "[DONE]",
                            .event_limit = 200};
const std::string kRole = R"(data: {"choices":[{"delta":{"role":"assistant","content":""}}]})"
                          "\n\n";
const std::string kWord = R"(data: {"choices":[{"delta":{"content":"Hi"}}]})"
                          "\n\n";
const std::string kUsage = R"(data: {"choices":[],"usage":{"completion_tokens":2}})"
                           "\n\n";
const std::string kDone = "data: [DONE]\n\n";

Requests any_requests() {
  Target target;
  std::string problem;
  target.url = *net::parse_url("http://h/", problem);
  return make_requests(target, KeepAlive::on, 1);
}

StatusSet bad_statuses() {
  StatusSet bad;
  bad.set(500);
  return bad;
}

/// What is reported of a response over HTTP/1.1 that arrives in pieces of this size.
struct StreamReport {
  Lines progress;
  Lines ends;
  std::string why;
  ConnectionReuse reuse = ConnectionReuse::keep;
};

enum class Ending { open, closed, reset };

StreamReport report_of(const ResponseStream& stream, std::string_view response, std::size_t piece = 100'000,
                       Ending ending = Ending::open) {
  const Requests all = any_requests();
  const StatusSet bad = bad_statuses();
  Http1Exchange exchange(
      {.request = all.fixed_http1, .requests = &all, .stream = &stream, .error_statuses = &bad});
  exchange.open();
  exchange.start(1);
  exchange.sent(exchange.output().size());
  RecordingSink sink;
  StreamReport report;
  for (std::size_t at = 0; at < response.size() && report.reuse == ConnectionReuse::keep; at += piece)
    report.reuse = exchange.receive(std::string(response.substr(at, piece)), sink);
  if (ending == Ending::closed) exchange.end_of_stream(sink);
  if (ending == Ending::reset) exchange.broken(ErrorClass::reset, "recv: Connection reset by peer", sink);
  CHECK(exchange.is_busy() == sink.lines.empty());
  report.progress = sink.progress;
  report.ends = sink.lines;
  report.why = sink.reason;
  return report;
}

std::string chunked_response(const std::vector<std::string>& chunks) {
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& chunk : chunks) text += fmt::format("{:x}\r\n{}\r\n", chunk.size(), chunk);
  return text + "0\r\n\r\n";
}

std::string response_of(const std::string& body, int status = 200) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}

/// What the sink hears of kRole, kWord, kWord, kUsage.
const Lines kParts = {"1 part of 57 without content", "1 part of 40", "1 part of 40",
                      "1 part of 46 without content, 2 tokens"};

TEST_CASE("a model's stream, chunked, by length and until the close, cut anywhere") {
  const std::string body = kRole + kWord + kWord + kUsage + kDone;
  const std::string until_close = "HTTP/1.1 200 OK\r\n\r\n" + body;
  for (const std::string& response :
       {chunked_response({kRole, kWord + kWord.substr(0, 9), kWord.substr(9), kUsage + kDone}),
        response_of(body), until_close}) {
    for (std::size_t piece = 1; piece <= response.size(); ++piece) {
      const StreamReport report =
          report_of(kModel, response, piece, response == until_close ? Ending::closed : Ending::open);
      Lines parts = report.progress;
      std::erase(parts, "1 begins");
      CHECK(parts == kParts);
      CHECK(report.ends == Lines{"1 response 200"});
      CHECK((report.reuse == ConnectionReuse::keep || response == until_close));
    }
  }
}

TEST_CASE("a stream without its end was broken off, however the response ends") {
  const StreamReport ended = report_of(kModel, chunked_response({kRole, kWord}));
  CHECK(ended.ends == Lines{"1 failed unfinished"});
  CHECK(ended.why == "the response ended after 2 events, without '[DONE]'");
  CHECK(ended.reuse == ConnectionReuse::keep);
  CHECK(report_of(kModel, response_of(kRole)).ends == Lines{"1 failed unfinished"});

  const std::string cut = chunked_response({kRole, kWord}).substr(0, 150);
  CHECK(report_of(kModel, cut, 7, Ending::closed).ends == Lines{"1 failed unfinished"});
  const StreamReport reset = report_of(kModel, cut, 7, Ending::reset);
  CHECK(reset.ends == Lines{"1 failed unfinished"});
  CHECK(reset.why == "recv: Connection reset by peer, after 1 event, without '[DONE]'");

  // Nothing of the stream came: the connection is what failed.
  CHECK(report_of(kModel, cut.substr(0, 60), 7, Ending::closed).ends == Lines{"1 failed early-close"});
  CHECK(report_of(kModel, cut.substr(0, 60), 7, Ending::reset).ends == Lines{"1 failed reset"});
}

TEST_CASE("events that fail a response") {
  const auto first = [](const std::string& event) {
    return report_of(kModel, chunked_response({kWord + event, kDone}));
  };
  const StreamReport text = first("data: Hello\n\n");
  CHECK(text.ends == Lines{"1 failed not-json"});
  CHECK(text.why == "event 2 is not JSON: Hello");
  CHECK(text.reuse == ConnectionReuse::close);
  CHECK(text.progress == Lines{"1 part of 40"});

  const StreamReport error = first("data: {\"error\":{\"message\":\"out of memory\"}}\n\n");
  CHECK(error.ends == Lines{"1 failed error-event"});
  CHECK(error.why == "an event with an error: {\"message\":\"out of memory\"}");
  CHECK(first("event: error\ndata: overloaded\n\n").why == "an error event: overloaded");
  CHECK(first("data: {\"error\":null}\n\n").ends == Lines{"1 response 200"});

  const StreamReport large = first("data: " + std::string(300, 'x') + "\n\n");
  CHECK(large.ends == Lines{"1 failed event-too-large"});
  CHECK(large.why == "event 2 is larger than 200 bytes (stream.eventLimit)");
}

TEST_CASE("signs of life have no content, and the body of an error is not looked at") {
  CHECK(report_of(kModel, response_of(": ping\n\n" + kWord + "data:\n\n" + kDone)).progress ==
        Lines{"1 part of 40", "1 part of 0 without content"});
  CHECK(report_of(kModel, response_of("{\"error\":\"down\"}", 500)).ends == Lines{"1 response 500"});
}

TEST_CASE("without paths, every event that is not empty has content and the response may end anywhere") {
  const ResponseStream plain{};
  const StreamReport report =
      report_of(plain, chunked_response({"data: 1\n\ndata\n\n", "event: x\ndata: not JSON\n\n"}));
  CHECK(report.progress == Lines{"1 part of 1", "1 part of 0 without content", "1 part of 8"});
  CHECK(report.ends == Lines{"1 response 200"});
  CHECK(report_of(plain, chunked_response({})).ends == Lines{"1 response 200"});
}

TEST_CASE("a line is an event of newline-delimited JSON, and its end may be a value") {
  const ResponseStream lines{.format = StreamFormat::ndjson,
                             .content = event_path(".response"),
                             .tokens = event_path(".eval_count"),
                             .done_path = event_path(".done")};
  const std::string body =
      "{\"response\":\"Hi\",\"done\":false}\n{\"response\":\"\",\"done\":true,\"eval_count\":1}";
  for (std::size_t piece = 1; piece < 140; ++piece) {
    const StreamReport report = report_of(lines, response_of(body), piece);
    CHECK(report.progress.back() == "1 part of 42 without content, 1 tokens");
    CHECK(report.ends == Lines{"1 response 200"});
  }
  const StreamReport cut = report_of(lines, response_of(body.substr(0, 31)));
  CHECK(cut.why == "the response ended after 1 event, before the one that ends the stream");
}

TEST_CASE("a chunk is an event, wherever it is cut") {
  const ResponseStream chunks{.format = StreamFormat::chunks};
  const std::string response = chunked_response({"one", "three", std::string(100, 'x')});
  for (std::size_t piece = 1; piece <= response.size(); ++piece) {
    Lines parts = report_of(chunks, response, piece).progress;
    std::erase(parts, "1 begins");
    CHECK(parts == Lines{"1 part of 3", "1 part of 5", "1 part of 100"});
  }
  CHECK(report_of(chunks, response_of("whole")).progress == Lines{"1 part of 5"});
  const ResponseStream ended{.format = StreamFormat::chunks, .done_text = "."};
  CHECK(report_of(ended, chunked_response({"one", "."})).ends == Lines{"1 response 200"});
  CHECK(report_of(ended, chunked_response({"one", "two"})).ends == Lines{"1 failed unfinished"});
}

std::string stream_frame(FrameType type, std::uint8_t flags, std::string_view payload) {
  std::string bytes;
  append_frame_head(bytes, type, flags, 1, payload.size());
  return bytes + std::string(payload);
}

/// The same over HTTP/2: a settings frame, the head, and these frames of data.
StreamReport report_of_http2(const ResponseStream& stream, const std::vector<std::string>& data,
                             std::size_t piece, const std::string& end) {
  const Requests all = any_requests();
  const StatusSet bad = bad_statuses();
  Http2Exchange exchange({.requests = &all, .streams = 4, .stream = &stream, .error_statuses = &bad});
  exchange.open();
  exchange.start(1);
  std::string response;
  append_frame_head(response, FrameType::settings, 0, 0, 0);
  response += stream_frame(FrameType::headers, kEndHeaders, "\x88");
  for (const std::string& each : data) response += stream_frame(FrameType::data, 0, each);
  response += end;
  RecordingSink sink;
  for (std::size_t at = 0; at < response.size(); at += piece)
    CHECK(exchange.receive(response.substr(at, piece), sink) == ConnectionReuse::keep);
  StreamReport report{.progress = sink.progress, .ends = sink.lines, .why = sink.reason};
  std::erase(report.progress, "1 begins");
  return report;
}

TEST_CASE("streams over HTTP/2, cut anywhere; a frame of data is a chunk") {
  const std::string end = stream_frame(FrameType::data, kEndStream, "");
  const std::vector<std::string> data = {kRole + kWord.substr(0, 5), kWord.substr(5), kWord + kUsage + kDone};
  const ResponseStream chunks{.format = StreamFormat::chunks};
  for (std::size_t piece = 1; piece < 400; ++piece) {
    const StreamReport report = report_of_http2(kModel, data, piece, end);
    CHECK(report.progress == kParts);
    CHECK(report.ends == Lines{"1 response 200"});
    CHECK(report_of_http2(chunks, {"one", "three"}, piece, end).progress ==
          Lines{"1 part of 3", "1 part of 5"});
  }
  CHECK(report_of_http2(kModel, {kWord}, 1000, end).ends == Lines{"1 failed unfinished"});
  const std::string reset = stream_frame(FrameType::rst_stream, 0, std::string("\0\0\0\2", 4));
  const StreamReport broken = report_of_http2(kModel, {kWord}, 1000, reset);
  CHECK(broken.ends == Lines{"1 failed unfinished"});
  CHECK(broken.why == "the server reset the stream: INTERNAL_ERROR (2), after 1 event, without '[DONE]'");
  CHECK(report_of_http2(kModel, {"data: x\n\n", kDone}, 1000, end).ends == Lines{"1 failed not-json"});
}

}  // namespace
}  // namespace iter8::load
