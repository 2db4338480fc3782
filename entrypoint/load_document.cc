#include "entrypoint/load_document.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "entrypoint/load_objective.h"
#include "net/url.h"

namespace iter8::entrypoint {

namespace {

constexpr std::string_view kDefaultDuration = "10s";
constexpr std::string_view kDefaultRate = "50";
constexpr std::string_view kDefaultConnections = "10";

/// What is shown of every load, judged or not.
constexpr std::string_view kIndicators =
    "[http/error-rate, http/latency-mean, http/latency-p50, http/latency-p95, http/latency-p99]";

/// A scalar that reads back as this text, in the quotes that are the easiest to edit.
std::string quoted_scalar(const std::string& text) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control))
    return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return "'" + base::replace_all(text, "'", "''") + "'";
}

/// A value that nothing can be mistaken in: numbers, durations, methods.
std::string checked_number(const std::string& text, std::string_view option, double least,
                           std::string_view expected) {
  const std::optional<double> number = base::parse_number(text);
  if (number && *number >= least) return text;
  throw base::UsageError(fmt::format("{}: found '{}', expected {}", option, base::printable(text), expected));
}

std::string checked_count(const std::string& text, std::string_view option) {
  const std::optional<long long> number = base::parse_integer(text);
  if (number && *number >= 1) return std::to_string(*number);
  throw base::UsageError(
      fmt::format("{}: found '{}', expected a whole number from 1", option, base::printable(text)));
}

std::string checked_duration(const std::string& text, std::string_view option,
                             std::string_view further = "") {
  const std::optional<base::Duration> duration = base::parse_duration(text);
  if (duration && *duration > base::Duration::zero()) return base::to_text(*duration);
  throw base::UsageError(fmt::format("{}: found '{}', expected a duration such as 10s or 1m30s{}", option,
                                     base::printable(text), further));
}

bool has_scheme(std::string_view url) {
  return url.find("://") != std::string_view::npos || url.starts_with("unix:") ||
         url.starts_with("https+unix:") || url.starts_with("${") || url.starts_with("{{");
}

/// The lines of the document and where each comes from.
class LoadWriter {
 public:
  explicit LoadWriter(const std::filesystem::path& directory) : directory_(directory) {}

  void line(const std::string& text, const std::string& option = "") {
    document_.text += text + "\n";
    document_.options.push_back(option);
  }
  void note(std::string text) { document_.notes.push_back(std::move(text)); }

  /// As the document names a file that was given relative to the current folder.
  std::string file(const std::string& path) const {
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    return std::filesystem::path(path).is_absolute() ? path
                                                     : absolute.lexically_relative(directory_).string();
  }

  LoadDocument take() { return std::move(document_); }

 private:
  std::filesystem::path directory_;
  LoadDocument document_;
};

/// The URL with a scheme, which it is told that it lacked.
std::string complete_url(const std::string& url, LoadWriter& writer) {
  const std::string whole = has_scheme(url) ? url : "http://" + url;
  const bool is_open = whole.find("${") != std::string::npos || whole.find("{{") != std::string::npos;
  std::string problem;
  if (!is_open && !net::parse_url(whole, problem))
    throw base::UsageError(fmt::format("the URL '{}': {}", base::printable(url), problem));
  if (whole != url)
    writer.note(fmt::format("'{}' has no scheme: taken as {}", base::printable(url), base::printable(whole)));
  return whole;
}

/// What a single version is called in reports: its host and port.
std::string name_of(const std::string& url) {
  std::string problem;
  const std::optional<net::Url> parsed = net::parse_url(url, problem);
  return parsed && parsed->socket_path.empty() ? parsed->authority() : "service";
}

void write_versions(const LoadRequest& request, LoadWriter& writer) {
  std::vector<std::string> urls = request.urls;
  if (!request.against.empty()) urls.insert(urls.begin(), request.against);
  if (request.urls.empty()) throw base::UsageError("load: expected a URL, such as iter8 load localhost:8080");
  if (urls.size() > 2)
    throw base::UsageError(
        fmt::format("load: found {} URLs, expected one, or two to compare; more versions "
                    "are a matter of an experiment file (--save writes one)",
                    urls.size()));
  for (std::string& url : urls) url = complete_url(url, writer);
  if (urls.size() == 1) {
    writer.line("versions:");
    writer.line(
        fmt::format("  - {{name: {}, url: {}}}", quoted_scalar(name_of(urls[0])), quoted_scalar(urls[0])),
        "the URL");
    return;
  }
  writer.line("# The first version is the baseline, which the other one is compared with.");
  writer.line("versions:");
  writer.line(fmt::format("  - {{name: baseline, url: {}}}", quoted_scalar(urls[0])), "the baseline's URL");
  writer.line(fmt::format("  - {{name: candidate, url: {}}}", quoted_scalar(urls[1])), "the candidate's URL");
}

void write_pace(const LoadRequest& request, LoadWriter& writer) {
  const bool is_closed = request.rate == "max" || base::parse_number(request.rate) == 0.0;
  if (is_closed)
    writer.line("  # Each connection sends its next request as soon as the last one was answered.");
  else
    writer.line(
        "  # Requests to each version fall due on a schedule, whether or not the last one was answered.");
  writer.line("  - task: http");
  writer.line("    with:");
  if (!request.requests.empty())
    writer.line("      numRequests: " + checked_count(request.requests, "-n"), "-n");
  if (!request.duration.empty() || request.requests.empty())
    writer.line("      duration: " + checked_duration(request.duration.empty() ? std::string(kDefaultDuration)
                                                                               : request.duration,
                                                      "-d", " (a body is given with -b)"),
                "-d");
  const std::string rate = request.rate.empty() ? std::string(kDefaultRate) : request.rate;
  if (is_closed)
    writer.line("      arrival: closed", "-q");
  else
    writer.line("      qps: " + checked_number(rate, "-q", 0,
                                               "requests per second, or max for as fast as the connections "
                                               "allow"),
                "-q");
  const std::string connections =
      request.connections.empty() ? std::string(kDefaultConnections) : request.connections;
  writer.line("      connections: " + checked_count(connections, "-c"), "-c");
  if (!request.timeout.empty())
    writer.line("      timeout: " + checked_duration(request.timeout, "--timeout"), "--timeout");
  if (request.http2) writer.line("      http: 2", "--http2");
}

/// Name and value of a header, as curl takes it.
std::pair<std::string, std::string> split_header(const std::string& header) {
  const std::size_t colon = header.find(':');
  const std::string name(base::trim(header.substr(0, colon)));
  if (colon == std::string::npos || name.empty())
    throw base::UsageError(
        fmt::format("-H: found '{}', expected 'Name: value'", base::printable(header.substr(0, colon))));
  return {name, std::string(base::trim(header.substr(colon + 1)))};
}

/// The body, and its type where the headers leave it open and it is JSON.
void write_body(const LoadRequest& request, bool has_type, LoadWriter& writer) {
  if (!request.has_body) return;
  const std::string& body = request.body;
  if (body == "@" || body == "@-") throw base::UsageError("-b: found '" + body + "', expected @FILE or text");
  if (body.starts_with('@')) {
    writer.line("      payloadFile: " + quoted_scalar(writer.file(body.substr(1))), "-b");
    if (!has_type && body.ends_with(".json")) writer.line("      contentType: application/json", "-b");
    return;
  }
  writer.line("      payloadStr: " + quoted_scalar(body), "-b");
  const std::string_view text = base::trim(body);
  const bool is_structure = text.starts_with('{') || text.starts_with('[');
  if (!has_type && is_structure && nlohmann::json::accept(text))
    writer.line("      contentType: application/json", "-b");
}

void write_request(const LoadRequest& request, LoadWriter& writer) {
  if (!request.method.empty()) writer.line("      method: " + quoted_scalar(request.method), "-m");
  std::set<std::string> names;
  if (!request.headers.empty()) writer.line("      headers:", "-H");
  for (const std::string& header : request.headers) {
    const auto [name, value] = split_header(header);
    if (!names.insert(base::lower(name)).second)
      throw base::UsageError(fmt::format("-H: found the header '{}' twice", base::printable(name)));
    writer.line(fmt::format("        {}: {}", quoted_scalar(name), quoted_scalar(value)),
                "-H '" + base::printable(name) + "'");
  }
  write_body(request, names.contains("content-type"), writer);
  if (request.insecure) writer.line("      tls: {insecure: true}  # certificates are not verified", "-k");
  if (!request.ca_file.empty())
    writer.line(fmt::format("      tls: {{ca: {}}}", quoted_scalar(writer.file(request.ca_file))),
                "--cacert");
}

void write_assessment(const LoadRequest& request, LoadWriter& writer) {
  if (request.objectives.empty())
    writer.line(
        "  # Shows values with their intervals. With slos: [{metric: http/latency-p99, upper: 200ms}] it "
        "judges.");
  else
    writer.line("  # One planned look at the end: a verdict is wrong with a probability of at most 5 %.");
  writer.line("  - task: assess");
  writer.line("    with:");
  writer.line("      evidence: fixed");
  if (!request.objectives.empty()) writer.line("      slos:");
  for (const std::string& text : request.objectives) {
    const LoadObjective objective = parse_load_objective(text);
    if (objective.is_relative && request.against.empty() && request.urls.size() < 2)
      throw base::UsageError(
          fmt::format("--slo '{}': {} is a change of the baseline, which --against URL names",
                      base::printable(text), objective.limit));
    writer.line(
        fmt::format("        - {{metric: {}, {}: {}}}", objective.metric, objective.side, objective.limit),
        "--slo '" + base::printable(text) + "'");
  }
  writer.line("      indicators: " + std::string(kIndicators));
}

}  // namespace

std::string LoadDocument::option_at(int line) const {
  const auto index = static_cast<std::size_t>(line) - 1;
  return line > 0 && index < options.size() ? options[index] : "";
}

LoadDocument compose_load(const LoadRequest& request, const std::filesystem::path& directory) {
  LoadWriter writer(std::filesystem::absolute(directory).lexically_normal());
  writer.line("# Written by `iter8 load`: edit it, check it with `iter8 validate`, run it with `iter8 run`.");
  writer.line("name: load");
  write_versions(request, writer);
  writer.line("tasks:");
  write_pace(request, writer);
  write_request(request, writer);
  write_assessment(request, writer);
  return writer.take();
}

bool looks_like_url(const std::string& word) {
  if (word.starts_with("-") || word.starts_with(".") || word.starts_with("/") || word.empty()) return false;
  if (has_scheme(word)) return true;
  if (word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with(".json")) return false;
  std::error_code unknown;
  if (std::filesystem::exists(word, unknown)) return false;
  const std::string host = word.substr(0, word.find_first_of(":/"));
  return host == "localhost" || word.find_first_of(".:/") != std::string::npos;
}

}  // namespace iter8::entrypoint
