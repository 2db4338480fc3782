#include "entrypoint/demo/message.h"

#include <fmt/format.h>

#include "base/number.h"
#include "base/text.h"

namespace iter8::demo {
namespace {

constexpr std::size_t kLongestHead = 64 * 1024;
constexpr long long kLongestBody = 16 * 1024 * 1024;

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Internal Server Error";
  }
}

/// Takes one header into account. False when it makes the request one that is not understood.
bool take_header(std::string_view line, RequestHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = base::lower(line.substr(0, colon));
  const std::string_view value = base::trim(line.substr(colon + 1));
  if (name == "transfer-encoding") return false;
  if (name == "connection") head.keep_alive = base::lower(value) != "close";
  if (name != "content-length") return true;
  const auto length = base::parse_integer(value);
  if (!length || *length < 0 || *length > kLongestBody) return false;
  head.body = static_cast<std::size_t>(*length);
  return true;
}

/// "GET /path?query HTTP/1.1".
bool take_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  head.method = line.substr(0, first);
  head.path = line.substr(first + 1, second - first - 1);
  head.path = head.path.substr(0, head.path.find('?'));
  return line.substr(second + 1) == "HTTP/1.1" && !head.method.empty() && head.path.starts_with('/');
}

}  // namespace

RequestHead read_head(std::string_view input) {
  RequestHead head;
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (input.size() > kLongestHead) head.state = RequestHead::State::bad;
    return head;
  }
  head.length = end + 4;
  head.state = RequestHead::State::complete;
  std::string_view lines = input.substr(0, end);
  bool first = true;
  while (!lines.empty()) {
    const std::size_t stop = lines.find("\r\n");
    const std::string_view line = lines.substr(0, stop);
    if (!(first ? take_request_line(line, head) : take_header(line, head)))
      head.state = RequestHead::State::bad;
    first = false;
    lines = stop == std::string_view::npos ? std::string_view{} : lines.substr(stop + 2);
  }
  if (first) head.state = RequestHead::State::bad;
  return head;
}

std::string to_wire(const Response& response, std::string_view method, AfterResponse after) {
  const std::string length = response.parts.empty() ? fmt::format("Content-Length: {}", response.body.size())
                                                    : "Transfer-Encoding: chunked";
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n{}\r\n{}\r\n{}", response.status,
                     reason_of(response.status), response.content_type, length,
                     after == AfterResponse::close ? "Connection: close\r\n" : "",
                     method == "HEAD" ? "" : response.body);
}

std::string to_chunk(std::string_view text) {
  return fmt::format("{:x}\r\n{}\r\n", text.size(), text);
}

}  // namespace iter8::demo
