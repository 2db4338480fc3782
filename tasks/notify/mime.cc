#include "tasks/notify/mime.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "tasks/evidence/text_limit.h"

namespace iter8::tasks::notify {

namespace {

constexpr std::size_t kLineLimit = 76;  // of quoted-printable (RFC 2045 section 6.7)

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// One or more encoded words, each of at most 75 characters and cut between characters (RFC 2047 section 2).
std::string encoded_words(std::string_view text) {
  constexpr std::size_t kBytesOfWord = 42;
  std::string result;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(base::cut_offset(text, kBytesOfWord), 1);
    result += (result.empty() ? "" : "\r\n ") + ("=?utf-8?B?" + base::base64(text.substr(0, size)) + "?=");
    text.remove_prefix(size);
  }
  return result;
}

std::string header_text(std::string_view text) {
  const std::string line = one_line(text);
  return is_ascii(line) && line.size() < 900 ? line : encoded_words(line);
}

std::string address_text(const MailAddress& address) {
  if (address.name.empty()) return address.address;
  if (!is_ascii(address.name)) return encoded_words(address.name) + " <" + address.address + ">";
  std::string quoted = base::replace_all(base::replace_all(address.name, "\\", "\\\\"), "\"", "\\\"");
  return "\"" + quoted + "\" <" + address.address + ">";
}

/// "Thu, 01 Jan 2026 00:00:00 +0000"
std::string date_text(base::WallTime time) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                     kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string quoted_printable(std::string_view body) {
  std::string result;
  for (const std::string& line : base::split(body, '\n')) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto byte = static_cast<unsigned char>(line[i]);
      const bool is_last = i + 1 == line.size();
      const bool is_plain = (byte > 0x20 && byte < 0x7F && byte != '=') || (byte == ' ' && !is_last);
      const std::string piece =
          is_plain ? std::string(1, line[i]) : fmt::format("={:02X}", static_cast<unsigned>(byte));
      if (column + piece.size() > kLineLimit - 1) {
        result += "=\r\n";
        column = 0;
      }
      result += piece;
      column += piece.size();
    }
    result += "\r\n";
  }
  return result;
}

std::string domain_of(const std::string& address) {
  return address.substr(address.rfind('@') + 1);
}

}  // namespace

std::optional<MailAddress> parse_mail_address(std::string_view text) {
  text = base::trim(text);
  MailAddress result;
  const std::size_t open = text.rfind('<');
  if (open != std::string_view::npos && text.ends_with('>')) {
    std::string_view name = base::trim(text.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    result.name = name;
    text = text.substr(open + 1, text.size() - open - 2);
  }
  result.address = text;
  const std::size_t at = text.find('@');
  const auto is_odd = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F ||
           std::string_view("<>,;\"").find(c) != std::string_view::npos;
  };
  const bool names_lines = std::ranges::any_of(
      result.name, [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; });
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string_view::npos || std::ranges::any_of(text, is_odd) || names_lines)
    return std::nullopt;
  return result;
}

std::string mime_text(const MailText& text) {
  std::vector<std::string> recipients;
  for (const MailAddress& address : text.to) recipients.push_back(address_text(address));
  std::string message = "Date: " + date_text(text.date) + "\r\n";
  message += "From: " + address_text(text.from) + "\r\n";
  message += "To: " + base::join(recipients, ",\r\n ") + "\r\n";
  message += "Subject: " + header_text(text.subject) + "\r\n";
  message += "Message-ID: <" + text.id + "@" + domain_of(text.from.address) + ">\r\n";
  message += "Auto-Submitted: auto-generated\r\n";
  for (const auto& [name, value] : text.headers) message += name + ": " + value + "\r\n";
  message += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n";
  message += "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
  return message + quoted_printable(text.body);
}

}  // namespace iter8::tasks::notify
