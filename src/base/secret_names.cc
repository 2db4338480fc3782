#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "base/secrets.h"
#include "base/text.h"

namespace iter8::base {

namespace {

/// Lower-case words of "myApiKey", "MY_API_KEY", "x-api.key".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool separator = std::isalnum(c) == 0;
    const bool hump =
        i > 0 && std::isupper(c) != 0 && std::islower(static_cast<unsigned char>(name[i - 1])) != 0;
    if ((separator || hump) && !words.back().empty()) words.emplace_back();
    if (!separator) words.back() += static_cast<char>(std::tolower(c));
  }
  return words;
}

template <std::size_t Count>
bool is_one_of(std::string_view word, const std::array<std::string_view, Count>& words) {
  return std::ranges::find(words, word) != words.end();
}

/// "database" and "url" next to each other, and the like.
bool names_connection(const std::vector<std::string>& words) {
  static constexpr std::array<std::string_view, 14> kServices = {
      "database", "db",    "postgres", "postgresql", "mysql",  "mariadb", "mongo",
      "mongodb",  "redis", "amqp",     "rabbitmq",   "broker", "celery",  "connection"};
  static constexpr std::array<std::string_view, 5> kAddresses = {"url", "uri", "string", "str", "dsn"};
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (is_one_of(words[i], kServices) && is_one_of(words[i + 1], kAddresses)) return true;
  return false;
}

}  // namespace

bool names_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kPlaces = {"PWD", "OLDPWD", "KUBECONFIG", "SSH_AUTH_SOCK"};
  static constexpr std::array<std::string_view, 6> kParts = {"password", "passwort", "token",
                                                             "secret",   "apikey",   "webhook"};
  static constexpr std::array<std::string_view, 24> kWords = {
      "passwd", "pass",          "pwd",     "passphrase", "passcode",    "key",
      "keys",   "authorization", "bearer",  "credential", "credentials", "creds",
      "cred",   "jwt",           "pat",     "dsn",        "cookie",      "cookies",
      "sas",    "signature",     "signing", "private",    "kubeconfig",  "otp"};
  if (is_one_of(name, kPlaces)) return false;
  const std::string flat = lower(name);
  for (const std::string_view part : kParts)
    if (flat.find(part) != std::string::npos) return true;
  const std::vector<std::string> words = words_of(name);
  return names_connection(words) || std::ranges::any_of(words, [](const std::string& word) {
           return is_one_of(word, kWords) || word.ends_with("auth");
         });
}

void add_declared_secret(const Environment& environment, const std::string& name, Secrets& secrets) {
  secrets.add(environment.get(name).value_or(""));
}

void add_secrets_of(const Environment& environment, Secrets& secrets) {
  constexpr std::size_t shortest = 8;
  for (const std::string& name : environment.names()) {
    const std::string value = environment.get(name).value_or("");
    if (names_secret(name) && name != "ITER8_SECRETS" && value.size() >= shortest) secrets.add(value);
    secrets.add_user_infos(value);
  }
  const std::string declared = replace_all(environment.get("ITER8_SECRETS").value_or(""), " ", ",");
  for (const std::string& name : split(declared, ','))
    if (!name.empty()) add_declared_secret(environment, name, secrets);
}

bool is_of_secret_store(const std::string& absolute_path, const Environment& environment) {
  std::vector<std::string> folders = {"/run/secrets", "/var/run/secrets"};
  if (environment.has("CREDENTIALS_DIRECTORY")) folders.push_back(*environment.get("CREDENTIALS_DIRECTORY"));
  return std::ranges::any_of(
      folders, [&](const std::string& folder) { return absolute_path.starts_with(folder + "/"); });
}

}  // namespace iter8::base
