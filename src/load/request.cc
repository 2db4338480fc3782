#include "load/request.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::load {
namespace {

/// Token, RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kBytes =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(kBytes) == std::string_view::npos;
}

bool is_field_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool has_field(const Target& target, std::string_view lower_name) {
  return std::ranges::any_of(target.headers,
                             [&](const auto& field) { return base::lower(field.first) == lower_name; });
}

void check(const Target& target) {
  const std::string where = target.url.to_text();
  if (!is_token(target.method)) {
    throw base::Error(fmt::format("{}: '{}' is no HTTP method", where, base::printable(target.method)));
  }
  for (const auto& [name, value] : target.headers) {
    if (!is_token(name)) {
      throw base::Error(fmt::format("{}: '{}' is no name of a header field", where, base::printable(name)));
    }
    if (!is_field_text(value)) {
      throw base::Error(fmt::format("{}: the header field '{}' holds a control character", where, name));
    }
    const std::string lower = base::lower(name);
    if (lower == "transfer-encoding") {
      throw base::Error(fmt::format(
          "{}: the header field '{}' cannot be set: bodies are sent with their length", where, name));
    }
    if (lower == "content-length" && base::trim(value) != std::to_string(target.body.size())) {
      throw base::Error(fmt::format("{}: the header field '{}: {}' contradicts the body of {} bytes", where,
                                    name, value, target.body.size()));
    }
  }
}

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, text.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (k < count ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      result += k <= count ? kDigits[(bits >> (18 - 6 * k)) & 63U] : '=';
    }
  }
  return result;
}

bool expects_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

std::string http1_request(const Target& target, KeepAlive keep_alive) {
  check(target);
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", target.method, target.url.target);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!has_field(target, base::lower(name))) text += fmt::format("{}: {}\r\n", name, value);
  };
  add("Host", target.url.authority());
  add("User-Agent", "iter8");
  if (!target.url.user_info.empty()) add("Authorization", "Basic " + base64(target.url.user_info));
  if (!target.body.empty() || expects_body(target.method))
    add("Content-Length", std::to_string(target.body.size()));
  if (keep_alive == KeepAlive::off) add("Connection", "close");
  for (const auto& [name, value] : target.headers) text += fmt::format("{}: {}\r\n", name, base::trim(value));
  return text + "\r\n" + target.body;
}

}  // namespace iter8::load
