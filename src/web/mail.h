#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/host_policy.h"
#include "base/secrets.h"

namespace iter8::web {

/// How the way to a mail server is secured: not at all (only for servers of the own network), by STARTTLS,
/// which must succeed, or from the first byte on (smtps).
enum class MailSecurity { none, starttls, tls };

/// One message and the mail server that takes it.
struct Mail {
  std::string url;  // smtp://host:port or smtps://host:port
  MailSecurity security = MailSecurity::starttls;
  std::string ca;  // PEM file that is trusted instead of the system's certificates; empty = those
  std::string username;
  std::string password;
  std::string from;             // addresses without names: "ci@example.com"
  std::vector<std::string> to;  // at least one
  std::string content;          // the whole message of RFC 5322, lines ending in CRLF
  base::HostPolicy hosts;       // what may be connected to
  base::Duration connect_timeout = std::chrono::seconds(10);
  base::Duration timeout = std::chrono::seconds(30);  // of one attempt
};

/// What came of handing a message over.
struct MailResult {
  bool sent = false;
  /// Not sent, but it may be the next time: no connection, or a 4xx (RFC 5321 section 4.2.1).
  bool temporary = false;
  int code = 0;      // the server's last one; 0 = it said nothing
  std::string text;  // printable, one line, masked; what went wrong unless `sent`
};

/// Hands the message over once, to every recipient or to none. Blocking; thread-safe. Throws base::Error when
/// libcurl is not installed, cannot speak SMTP, or `stop` fires.
MailResult send_mail(const Mail& mail, const base::Secrets& secrets, const std::stop_token& stop);

/// What --dry-run shows of a mail: server, sender, recipients, then each line of the message, indented. Not
/// masked: the caller's Secrets do that.
std::vector<std::string> plan_text(const Mail& mail);

}  // namespace iter8::web
