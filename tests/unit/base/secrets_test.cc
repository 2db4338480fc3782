#include "base/secrets.h"

#include <algorithm>
#include <cctype>
#include <chrono>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"

using namespace iter8::base;

TEST_CASE("a secret is masked wherever it stands") {
  Secrets secrets;
  CHECK(secrets.add("s3cr3t-value"));
  CHECK(secrets.mask("a s3cr3t-value b s3cr3t-value") == "a *** b ***");
}

TEST_CASE("the beginning of a secret in front of a cut is masked") {
  Secrets secrets;
  secrets.add("s3cr3t-value");
  for (std::size_t limit = 8; limit < 20; ++limit) {
    const std::string shown = printable("xy: s3cr3t-value and more", limit);
    INFO(shown);
    CHECK(secrets.mask(shown).find("s3cr") == std::string::npos);
  }
  CHECK(secrets.mask("s3cr and s3cr3t-val, as they stand") == "s3cr and s3cr3t-val, as they stand");
  CHECK(secrets.mask("a… s3cr3t-va… b…") == "a… ***… b…");
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

TEST_CASE("a line that ends with a secret stays a line") {
  Secrets secrets;
  secrets.add("Bearer s3cr3t-token");
  CHECK(secrets.mask("Authorization: Bearer s3cr3t-token\r\nX: 1\n") == "Authorization: ***\r\nX: 1\n");
  CHECK(secrets.mask("Bearer s3cr\n3t-token\n") == "***\n");  // broken within
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
  for (const char* name : {"GITHUB_TOKEN",
                           "apiKey",
                           "X-Api-Key",
                           "Authorization",
                           "SLACK_WEBHOOK_URL",
                           "dbPassword",
                           "client.secret",
                           "key",
                           "MYTOKEN",
                           "SMTP_PASS",
                           "SSH_PASSPHRASE",
                           "DB_PWD",
                           "MYAUTH",
                           "BASIC_AUTH",
                           "SESSION_COOKIE",
                           "DATABASE_URL",
                           "BEARER",
                           "CREDENTIALS",
                           "GH_PAT",
                           "SIGNATURE",
                           "PRIVATE_CERT",
                           "SENTRY_DSN",
                           "DOCKER_AUTH_CONFIG",
                           "NPM_AUTH",
                           "JWT",
                           "SAS",
                           "PASSWORT",
                           "KUBECONFIG_DATA",
                           "REDIS_URI",
                           "pgPass",
                           "CONNECTION_STRING"})
    CHECK(names_secret(name));
  for (const char* name :
       {"monkey", "keyboard", "url", "HOME", "author", "PWD", "OLDPWD", "PATH", "SSH_AUTH_SOCK", "KUBECONFIG",
        "GIT_AUTHOR_NAME", "bypass", "compass", "BASE_URL", "LICENSE", "passed", "DATABASE", "authority"})
    CHECK_FALSE(names_secret(name));
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

namespace {

/// What only escapes, percent signs and entities change.
const std::string kOdd = "tok&A1\"b<c>9z/Qw+e='\xC3\xBC x";

std::string upper_of(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

bool is_masked(const Secrets& secrets, const std::string& form) {
  return secrets.mask("before " + form + " after").find(form) == std::string::npos;
}

}  // namespace

TEST_CASE("a secret is found however a program escapes it") {
  Secrets secrets;
  secrets.add(kOdd);
  for (const char* form :
       {"tok%26A1%22b%3Cc%3E9z%2FQw%2Be%3D%27%C3%BC%20x", "tok%26A1%22b%3cc%3e9z%2fQw%2be%3d%27%c3%bc%20x",
        "tok%26A1%22b%3Cc%3E9z/Qw%2Be%3D'%C3%BC%20x", "tok%26A1%22b%3Cc%3E9z%2FQw%2Be%3D%27%C3%BC+x",
        "tok&A1\\\"b<c>9z/Qw+e='\xC3\xBC x", "tok&A1\\\"b<c>9z\\/Qw+e='\xC3\xBC x",
        "tok\\u0026A1\\\"b\\u003cc\\u003e9z/Qw+e='\\u00fc x",
        "tok\\u0026A1\\u0022b\\u003Cc\\u003E9z\\/Qw+e=\\u0027\\u00FC x",
        "tok&A1\\\\\\\"b<c>9z/Qw+e='\xC3\xBC x", "tok&amp;A1&quot;b&lt;c&gt;9z/Qw+e=&#39;\xC3\xBC x",
        "tok&#38;A1&#x22;b&#60;c&#62;9z/Qw+e=&apos;&#252; x",
        "tok\\u0026amp;A1&quot;b&lt;c&gt;9z\\/Qw+e=&#39;\xC3\xBC x", "tok&A1\"b<c>9z/Qw+e='\\''\xC3\xBC x",
        "tok&A1\"b<c>9z/Qw+e=''\xC3\xBC x", "tok&A1\"b<c>\n9z/Qw+e='\xC3\xBC x"})
    CHECK(is_masked(secrets, form));
  CHECK(secrets.mask("a=tok%26A1%22b%3cc%3e9z/Qw%2be%3d'%C3%bc%20x&b") == "a=***&b");
}

TEST_CASE("hexadecimal and base64 hide nothing, wherever the secret stands in what was encoded") {
  Secrets secrets;
  const std::string value = "\xFB\xFF~value?of>the\xEF\xBFsecret";
  secrets.add(value);
  std::string hex;
  for (const char c : value) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  CHECK(secrets.mask(hex) == "***");
  CHECK(secrets.mask(upper_of(hex)) == "***");
  for (std::size_t before = 0; before < 7; ++before)
    for (std::size_t after = 0; after < 4; ++after) {
      std::string encoded = base64(std::string(before, 'u') + value + std::string(after, ':'));
      std::string safe = replace_all(replace_all(encoded, "+", "-"), "/", "_");
      for (const std::string& form : {encoded, safe}) {
        const std::string masked = secrets.mask(form);
        CHECK(masked.find("***") != std::string::npos);
        CHECK(masked.size() <= 3 + (before + after) * 4 / 3 + 12);
      }
      const std::string broken =
          encoded.substr(0, 9) + "\r\n" + encoded.substr(9, 9) + "\n" + encoded.substr(18);
      CHECK(secrets.mask(broken).find("***") != std::string::npos);
    }
}

TEST_CASE("secrets that overlap leave nothing of each other") {
  Secrets secrets;
  secrets.add("abcdef");
  secrets.add("xxabcd");
  secrets.add("ef-tail");
  CHECK(secrets.mask("1xxabcdef-tail2") == "1***2");
  CHECK(secrets.mask("abcdefabcdef") == "******");
}

TEST_CASE("ordinary text stays, also when a secret is short") {
  Secrets secrets;
  secrets.add("1234");
  secrets.add("-----BEGIN KEY-----\n{\n  \"a\": 1\nlong enough line\n-----END KEY-----");
  CHECK(secrets.mask("31323334 MTIzNA== { } -----BEGIN KEY----- \"a\": 1") ==
        "31323334 MTIzNA== { } -----BEGIN KEY----- \"a\": 1");
  CHECK(secrets.mask("x1234y long enough line") == "x***y ***");
}

TEST_CASE("a document of secrets gives each of them") {
  Secrets secrets;
  secrets.add(
      R"({"A": "first-secret", "nested": {"B": "second\/secret"}, "list": ["third-secret"], "short": "no"})");
  CHECK(secrets.mask("first-secret second/secret third-secret nested no") == "*** *** *** nested no");
}

TEST_CASE("user and password of a URL are secret, and its host is not") {
  Secrets secrets;
  secrets.add_user_infos(
      "see http://bot:pass%2Fword@host:80/a@b, ssh://git@github.com/x and https://tok-12345678@sentry.io");
  CHECK(secrets.mask("bot:pass/word@host pass/word pass%2fword git@github.com tok-12345678@sentry.io") ==
        "***@host *** *** git@github.com ***@sentry.io");
  Secrets none;
  for (const char* text :
       {"http://host/a:b@c", "http://${USER}:${PASSWORD}@h", "http://{{ .user }}:{{ .pass }}@h", "http://@h",
        "http://:@h", "://", "a@b://c", "mail someone@example.com"})
    none.add_user_infos(text);
  CHECK(none.values().empty());
}

TEST_CASE("variables that somebody declares are secret whatever their name and length, others by their URL") {
  const Environment environment({{"ITER8_SECRETS", "PLAIN, SHORT ALSO,NOT_SET"},
                                 {"PLAIN", "plain-value"},
                                 {"SHORT", "abcd"},
                                 {"ALSO", "also-value"},
                                 {"http_proxy", "http://me:proxypw@proxy:3128"},
                                 {"PWD", "/home/someone/work"}});
  Secrets secrets;
  add_secrets_of(environment, secrets);
  CHECK(secrets.mask("plain-value abcd also-value proxypw http://proxy:3128 /home/someone/work") ==
        "*** *** *** *** http://proxy:3128 /home/someone/work");
}

TEST_CASE("files of a secret store are secrets") {
  const Environment environment(
      {{"CREDENTIALS_DIRECTORY", "/run/credentials/iter8.service"}, {"HOME", "/root"}});
  CHECK(is_of_secret_store("/run/secrets/db", environment));
  CHECK(is_of_secret_store("/var/run/secrets/kubernetes.io/serviceaccount/token", environment));
  CHECK(is_of_secret_store("/run/credentials/iter8.service/db", environment));
  CHECK_FALSE(is_of_secret_store("/run/secretsother", environment));
  CHECK_FALSE(is_of_secret_store("/root/db", environment));
}

TEST_CASE("masking takes time in proportion to the text, not to the number of secrets") {
  std::string text;
  while (text.size() < 1'000'000)
    text += R"({"url":"http:\/\/example.com\/a%20b","n":12345678,"t":"&amp;secret-nothing"})";
  const auto time_with = [&text](int count) {
    Secrets secrets;
    for (int i = 0; i < count; ++i) secrets.add(fmt::format("secret-number-{}-{}", i, i * 7919));
    const auto begin = std::chrono::steady_clock::now();
    CHECK(secrets.mask(text) == text);
    return std::chrono::steady_clock::now() - begin;
  };
  const auto few = time_with(50);
  CHECK(few < std::chrono::seconds(20));
  CHECK(time_with(5000) < 4 * few + std::chrono::milliseconds(200));  // and not a hundred times as long
}
