#include "base/secrets.h"

#include <catch2/catch.hpp>

#include "base/log.h"

using namespace iter8::base;

TEST_CASE("a secret is masked wherever it stands") {
  Secrets secrets;
  CHECK(secrets.add("s3cr3t-value"));
  CHECK(secrets.mask("a s3cr3t-value b s3cr3t-value") == "a *** b ***");
}

TEST_CASE("encoded forms of a secret are masked too") {
  Secrets secrets;
  secrets.add("p@ss word/42");
  CHECK(secrets.mask("q=p%40ss%20word%2F42") == "q=***");
  CHECK(secrets.mask("cEBzcyB3b3JkLzQy").find("cEBz") == std::string::npos);

  secrets.add("quo\"te\\d");
  CHECK(secrets.mask(R"({"k":"quo\"te\\d"})") == R"({"k":"***"})");
}

TEST_CASE("a basic authorization header does not give the password away") {
  Secrets secrets;
  secrets.add("open-sesame-99");
  // base64 of "ali:open-sesame-99", "alix:open-sesame-99" and "a:open-sesame-99"
  for (const char* header :
       {"YWxpOm9wZW4tc2VzYW1lLTk5", "YWxpeDpvcGVuLXNlc2FtZS05OQ==", "YTpvcGVuLXNlc2FtZS05OQ=="})
    CHECK(secrets.mask(header).find("***") != std::string::npos);
}

TEST_CASE("each line of a secret of several lines is masked") {
  Secrets secrets;
  secrets.add("-----BEGIN-----\nabcdefgh\n-----END-----\n");
  CHECK(secrets.mask("x abcdefgh y") == "x *** y");
}

TEST_CASE("the longer of two secrets is masked first") {
  Secrets secrets;
  secrets.add("token");
  secrets.add("token-and-more");
  CHECK(secrets.mask("token-and-more") == "***");
}

TEST_CASE("a value too short to be told from text is not masked, and that is said") {
  Secrets secrets;
  CHECK_FALSE(secrets.add("abc"));
  CHECK_FALSE(secrets.add(""));
  CHECK(secrets.mask("abc") == "abc");
}

TEST_CASE("names of secrets are recognised by their words") {
  for (const char* name : {"GITHUB_TOKEN", "apiKey", "X-Api-Key", "Authorization", "SLACK_WEBHOOK_URL",
                           "dbPassword", "client.secret", "key", "MYTOKEN"})
    CHECK(names_secret(name));
  for (const char* name : {"monkey", "keyboard", "url", "HOME", "author"}) CHECK_FALSE(names_secret(name));
}

TEST_CASE("the log masks, and leaves out what is below its level") {
  Secrets secrets;
  secrets.add("hunter2hunter2");
  std::string lines;
  const Logger log(LogLevel::info, secrets,
                   [&](LogLevel, std::string_view line) { lines.append(line) += '\n'; });
  log.debug("unseen");
  log.warning("password is hunter2hunter2");
  CHECK(lines == "password is ***\n");
  CHECK_FALSE(log.enabled(LogLevel::debug));
}

TEST_CASE("log levels have the older names as well") {
  CHECK(parse_log_level("WARN") == LogLevel::warning);
  CHECK(parse_log_level("fatal") == LogLevel::error);
  CHECK_FALSE(parse_log_level("loud").has_value());
}

TEST_CASE("variables whose names say so are secrets, unless their values are short words") {
  const Environment environment(
      {{"API_TOKEN", "tok-12345678"}, {"USE_TOKEN", "true"}, {"HOME", "/home/someone"}});
  Secrets secrets;
  add_secrets_of(environment, secrets);
  CHECK(secrets.mask("tok-12345678 true /home/someone") == "*** true /home/someone");
}
