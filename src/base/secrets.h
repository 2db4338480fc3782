#pragma once

#include <bitset>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/environment.h"

namespace iter8::base {

/// The values that must not appear in anything the program writes. Filled while the file is loaded and when a
/// task derives a value (an Authorization header); asked by the log, the result writer and the reports.
/// Thread-safe.
class Secrets {
 public:
  /// Also hides each line of a value of several lines, and the texts of one that is a JSON object. Values
  /// shorter than kShortest bytes cannot be told from ordinary text: they are not hidden, and false is
  /// returned.
  bool add(std::string_view value);

  /// Adds user and password of the URLs in a text, which need not be secret itself.
  void add_user_infos(std::string_view text);

  /// `text` with every secret replaced by "***": as it is, percent-encoded, as JSON escapes it (once or
  /// twice), as HTML, in hexadecimal, in base64 at any offset, and where line breaks cut it. Takes time in
  /// proportion to the text, whatever the number of secrets.
  std::string mask(std::string_view text) const;

  /// What CI systems with masks of their own must be told, longest first.
  std::vector<std::string> values() const;

  /// How many bytes of a text one secret can take, escaped and with line breaks in it: who masks a text in
  /// parts has to see so much beyond each. 0 without secrets. Of secrets longer than kFarthest, which have
  /// lines, each line is hidden for itself.
  std::size_t reach() const;
  static constexpr std::size_t kFarthest = 4096;

  static constexpr std::size_t kShortest = 4;
  /// Of one line of a value of several: a shorter one is more likely ordinary text.
  static constexpr std::size_t kShortestLine = 8;
  /// Lines of one value that are hidden one by one; all of it always is.
  static constexpr std::size_t kMostLines = 1000;

 private:
  struct LongestFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;

  void add_value(std::string_view value);
  void add_part(std::string_view part);  // of a value: CI systems are told its main forms only
  void index(const std::string& form);
  Ranges matches_in(std::string_view text) const;

  mutable std::mutex mutex_;
  std::size_t reach_ = 0;                       // see reach()
  std::set<std::string> seen_;                  // values that were added, so that each costs once
  std::set<std::string, LongestFirst> values_;  // what CI systems are told
  /// What is looked for, by its first four bytes, sorted; and which four bytes are worth a look.
  std::unordered_map<std::uint32_t, std::vector<std::string>> forms_;
  std::bitset<1U << 16U> beginnings_;
};

/// Adds the values of the variables whose names say that they hold a secret, of those that ITER8_SECRETS
/// names (separated by commas or blanks), and user and password of every URL: scripts and plugins see them
/// whether or not the file mentions them. Values shorter than 8 bytes of variables that only look secret are
/// more likely words ("true") than secrets.
void add_secrets_of(const Environment& environment, Secrets& secrets);

/// Adds the value of a variable that somebody declares to be secret; nothing when it is not set.
void add_declared_secret(const Environment& environment, const std::string& name, Secrets& secrets);

/// Whether a variable or key of this name holds a secret, by its words (split at _, -, . and at capitals):
/// token, password, pass, pwd, passphrase, key, auth, credentials, jwt, dsn, cookie, webhook and their like,
/// or DATABASE_URL. PWD, OLDPWD, KUBECONFIG and SSH_AUTH_SOCK are places.
bool names_secret(std::string_view name);

/// Whether a file is where CI systems and clusters put secrets (/run/secrets, /var/run/secrets, and the
/// folder that CREDENTIALS_DIRECTORY names).
bool is_of_secret_store(const std::string& absolute_path, const Environment& environment);

}  // namespace iter8::base
