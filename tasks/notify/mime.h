#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace iter8::tasks::notify {

/// A sender or recipient.
struct MailAddress {
  std::string name;     // shown to people; may be empty
  std::string address;  // "ci@example.com"
};

/// Reads `ci@example.com` or `Release bot <ci@example.com>`. Nothing for what is not an address, or could
/// begin another header or command (line breaks, angle brackets, blanks).
std::optional<MailAddress> parse_mail_address(std::string_view text);

/// What a message consists of before it is encoded.
struct MailText {
  MailAddress from;
  std::vector<MailAddress> to;
  std::string subject;  // one line
  std::string body;     // plain text, lines ending in \n
  std::string id;       // unique; becomes the Message-ID together with the sender's domain
  base::WallTime date{};
  std::vector<std::pair<std::string, std::string>> headers;  // further ones, printable ASCII
};

/// The message as RFC 5322 wants it: CRLF lines, UTF-8 as quoted-printable, header words encoded (RFC 2047),
/// and marked as made by a machine, so that nobody's holiday notice answers it.
std::string mime_text(const MailText& text);

}  // namespace iter8::tasks::notify
