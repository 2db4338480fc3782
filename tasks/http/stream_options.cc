#include "tasks/http/stream_options.h"

#include "base/text.h"

namespace iter8::tasks::http {

namespace {

using config::Check;
using config::Fields;
using config::Node;
using config::Problems;

constexpr std::int64_t kLeastEventLimit = 1024;
constexpr std::int64_t kMostEventLimit = 64 * 1024 * 1024;
constexpr base::Duration kLongestEventTimeout = std::chrono::hours(1);

Check<base::Duration> valid_event_timeout() {
  return [](const base::Duration& timeout) -> std::optional<std::string> {
    if (timeout >= base::Duration{0} && timeout <= kLongestEventTimeout) return std::nullopt;
    return "must be from 0 to 1h";
  };
}

bool is_path(const std::string& done) {
  return done.starts_with('.');
}

void check_done(const StreamOptions& options, const Node& node, Problems& problems) {
  std::string problem;
  if (!is_path(options.done) || load::JsonPath::parse(options.done, problem)) return;
  const Node* done = node.find("done");
  problems.error(done ? done->position : node.position,
                 "stream.done '" + base::printable(options.done) + "': " + problem);
}

}  // namespace

const Fields<StreamOptions>& fields_of(const StreamOptions*) {
  static const auto fields =
      Fields<StreamOptions>{}
          .required(
              "format", &StreamOptions::format,
              "What an event is: one of an event stream (sse), a line (ndjson), or a chunk of HTTP/1.1 or "
              "DATA frame of HTTP/2 (chunks)")
          .optional("content", &StreamOptions::content,
                    "Path of what an event adds to the response, such as .choices[0].delta.content; an event "
                    "where nothing stands there has no content")
          .shown_default("every event that is not empty has content")
          .optional(
              "tokens", &StreamOptions::tokens,
              "Path of the number of output tokens so far, such as .usage.completion_tokens; the last one "
              "counts")
          .optional(
              "done", &StreamOptions::done,
              "Data or type of the event that ends the stream, such as [DONE], or the path of what is set "
              "in it, such as .done; a response that ends without it was broken off")
          .shown_default("the end of the response")
          .optional("firstEventTimeout", &StreamOptions::first_event_timeout,
                    "Time for the first event, from when the request was due; 0 = that for the request",
                    valid_event_timeout())
          .optional("eventTimeout", &StreamOptions::event_timeout,
                    "Time from one event to the next; 0 = that for the request", valid_event_timeout())
          .optional("eventLimit", &StreamOptions::event_limit, "Bytes that an event may have",
                    config::within(kLeastEventLimit, kMostEventLimit))
          .rule(check_done);
  return fields;
}

load::ResponseStream stream_of(const StreamOptions& options) {
  load::ResponseStream stream{.format = options.format,
                              .content = options.content,
                              .tokens = options.tokens,
                              .first_timeout = options.first_event_timeout,
                              .event_timeout = options.event_timeout,
                              .event_limit = static_cast<std::size_t>(options.event_limit)};
  std::string problem;
  if (is_path(options.done))
    stream.done_path = load::JsonPath::parse(options.done, problem);
  else
    stream.done_text = options.done;
  return stream;
}

}  // namespace iter8::tasks::http

namespace iter8::config {

Schema Codec<tasks::http::StreamOptions>::schema() {
  return {.type = Schema::Type::one_of,
          .choices = {},
          .inner = {Codec<load::StreamFormat>::schema(),
                    tasks::http::fields_of(static_cast<tasks::http::StreamOptions*>(nullptr)).schema()}};
}

bool Codec<tasks::http::StreamOptions>::read(const Node& node, Problems& problems,
                                             tasks::http::StreamOptions& options) {
  if (node.kind == Node::Kind::scalar) return Codec<load::StreamFormat>::read(node, problems, options.format);
  return tasks::http::fields_of(&options).read(node, problems, options);
}

}  // namespace iter8::config
