#include "base/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/encoding.h"
#include "base/text.h"

namespace iter8::base {

namespace {

std::string json_escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '"' || c == '\\')
      text += '\\', text += c;
    else if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (c == '\r')
      text += "\\r";
    else
      text += c;
  }
  return text;
}

/// The base64 of every text that ends in `value`: the encoding of its last bytes depends on where it starts,
/// so the part that all three alignments have in common is what "user:password" cannot change.
std::vector<std::string> base64_tails(std::string_view value) {
  std::vector<std::string> tails;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string encoded = base64(std::string(offset, 'x') + std::string(value));
    const std::size_t mixed = offset == 0 ? 0 : 4;  // the first group holds foreign bytes
    if (encoded.size() >= mixed + Secrets::kShortest * 2) tails.push_back(encoded.substr(mixed));
  }
  return tails;
}

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

}  // namespace

bool Secrets::add(std::string_view value) {
  value = trim(value);
  if (value.size() < kShortest) return false;
  const std::lock_guard lock(mutex_);
  for (const std::string& line : split(value, '\n')) {
    const std::string_view part = trim(line);
    if (part.size() < kShortest) continue;
    values_.insert(std::string(part));
    values_.insert(percent_encoded(part));
    values_.insert(json_escaped(part));
  }
  values_.insert(std::string(value));
  values_.insert(json_escaped(value));
  for (std::string& tail : base64_tails(value)) values_.insert(std::move(tail));
  return true;
}

std::string Secrets::mask(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  std::string result(text);
  for (const std::string& value : values_) {
    if (value.size() <= result.size()) result = replace_all(std::move(result), value, "***");
  }
  return result;
}

std::vector<std::string> Secrets::values() const {
  const std::lock_guard lock(mutex_);
  return {values_.begin(), values_.end()};
}

void add_secrets_of(const Environment& environment, Secrets& secrets) {
  constexpr std::size_t shortest = 8;
  for (const std::string& name : environment.names()) {
    const std::string value = environment.get(name).value_or("");
    if (names_secret(name) && value.size() >= shortest) secrets.add(value);
  }
}

bool names_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "token", "tokens", "secret", "secrets", "password", "passwd", "key", "authorization", "webhook"};
  static constexpr std::array<std::string_view, 5> kParts = {"password", "token", "secret", "apikey",
                                                             "webhook"};
  const std::string flat = lower(name);
  for (const std::string_view part : kParts)
    if (flat.find(part) != std::string::npos) return true;
  for (const std::string& word : words_of(name))
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
  return false;
}

}  // namespace iter8::base
