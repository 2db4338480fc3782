#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "base/text.h"
#include "base/utf8.h"
#include "stories.h"
#include "tasks/notify/mime.h"

using namespace iter8;
using namespace iter8::tasks;
using namespace iter8::tasks::notify;
using namespace iter8::tests;
using Catch::Contains;
using experiment::Verdict;

namespace {

MailText mail_text(const std::string& subject, const std::string& body) {
  return {.from = {.name = "Release bot", .address = "ci@example.com"},
          .to = {{.name = "", .address = "one@example.com"}, {.name = "Zwölf", .address = "two@example.com"}},
          .subject = subject,
          .body = body,
          .id = "iter8.0123",
          .date = base::parse_rfc3339("2026-03-05T06:07:08Z").value()};
}

}  // namespace

TEST_CASE("a mail has the headers that a machine's mail should have") {
  const std::string text = mime_text(mail_text("pass: checkout", "hello\n"));
  CHECK_THAT(text, Contains("Date: Thu, 05 Mar 2026 06:07:08 +0000\r\n"));
  CHECK_THAT(text, Contains("From: \"Release bot\" <ci@example.com>\r\n"));
  CHECK_THAT(text, Contains("To: one@example.com,\r\n =?utf-8?B?WnfDtmxm?= <two@example.com>\r\n"));
  CHECK_THAT(text, Contains("Subject: pass: checkout\r\n"));
  CHECK_THAT(text, Contains("Message-ID: <iter8.0123@example.com>\r\n"));
  CHECK_THAT(text, Contains("Auto-Submitted: auto-generated\r\n"));
  CHECK_THAT(text, Contains("\r\n\r\nhello\r\n"));
}

TEST_CASE("no subject can begin another header") {
  const std::string text = mime_text(mail_text("a\r\nBcc: all@example.com\n\nbody", "x"));
  CHECK_THAT(text, Contains("Subject: a Bcc: all@example.com body\r\n"));
  CHECK(text.find("\r\nBcc:") == std::string::npos);
}

TEST_CASE("long and foreign subjects are encoded words of at most 75 characters, cut between characters") {
  std::string subject;
  for (int i = 0; i < 60; ++i) subject += "größer ";
  const std::string text = mime_text(mail_text(subject, "x"));
  std::string decoded;
  for (const std::string& line : base::split(text.substr(text.find("Subject:")), '\n')) {
    const std::size_t begin = line.find("=?utf-8?B?");
    if (begin == std::string::npos) break;
    const std::size_t end = line.find("?=", begin);
    CHECK(end + 2 - begin <= 75);
    const auto bytes = base::from_base64(line.substr(begin + 10, end - begin - 10));
    REQUIRE(bytes);
    CHECK(base::is_utf8(*bytes));
    decoded += *bytes;
  }
  CHECK(decoded == base::trim(subject));
}

TEST_CASE("the body is quoted-printable with short lines") {
  const std::string text =
      mime_text(mail_text("s", "a = b " + std::string(200, 'x') + "\n.\nblank at the end \nö\n"));
  const std::string body = text.substr(text.find("\r\n\r\n") + 4);
  for (const std::string& line : base::split(body, '\n')) CHECK(line.size() <= 77);
  CHECK_THAT(body, Contains("a =3D b "));
  CHECK_THAT(body, Contains("blank at the end=20\r\n"));
  CHECK_THAT(body, Contains("=C3=B6\r\n"));
}

TEST_CASE("addresses are read with and without a name, and refused when they are none") {
  CHECK(parse_mail_address("ci@example.com")->address == "ci@example.com");
  CHECK(parse_mail_address(" Release bot <ci@example.com> ")->name == "Release bot");
  CHECK(parse_mail_address("\"Bot, the\" <ci@example.com>")->name == "Bot, the");
  for (const char* text :
       {"", "nobody", "@x", "x@", "a b@c", "a@b>\r\nRCPT TO:<x@y", "a@b, c@d", "a@b@c", "N\nX <a@b>"}) {
    INFO(text);
    CHECK_FALSE(parse_mail_address(text));
  }
}

TEST_CASE("an email tells the outcome to all recipients, with the same Message-ID for every attempt") {
  tests::Workbench bench;
  const auto channel = channel_of(bench, make_email,
                                  "{channel: email, url: 'smtp://mail.example.com:587', from: 'Bot "
                                  "<ci@example.com>', to: [a@b.c, 'D <d@e.f>'], "
                                  "username: ci, password: pass-word-1}");
  REQUIRE(channel);
  const Event event = tests::event_of(story(Verdict::fail));
  const Delivery delivery =
      channel->make_delivery({.event = event, .headline = event.headline, .data = nullptr});
  const web::Mail& mail = std::get<web::Mail>(delivery.what);
  CHECK(mail.url == "smtp://mail.example.com:587");
  CHECK(mail.security == web::MailSecurity::starttls);
  CHECK(mail.from == "ci@example.com");
  CHECK(mail.to == std::vector<std::string>{"a@b.c", "d@e.f"});
  CHECK_THAT(mail.content, Contains("Subject: [iter8] fail: checkout: candidate"));
  CHECK_THAT(mail.content, Contains("Message-ID: <iter8." + event.id + "@example.com>"));
  CHECK_THAT(mail.content, Contains("Run: https://ci.example.com/runs/7"));
  CHECK(mail.content.find("pass-word-1") == std::string::npos);
  CHECK(bench.secrets->mask("pass-word-1") == "***");
}

TEST_CASE("smtps, and encryption tls, mean TLS from the first byte on") {
  for (const std::string rest : {"url: 'smtps://h'", "url: 'smtp://h:465', encryption: tls"}) {
    tests::Workbench bench;
    const auto channel = channel_of(bench, make_email, "{channel: email, from: a@b, to: c@d, " + rest + "}");
    REQUIRE(channel);
    const Event event = tests::event_of(story(Verdict::pass));
    const Delivery delivery =
        channel->make_delivery({.event = event, .headline = event.headline, .data = nullptr});
    CHECK(std::get<web::Mail>(delivery.what).url.starts_with("smtps://h"));
  }
}
