#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"

namespace iter8::base {

/// The values that must not appear in anything the program writes. Filled while the file is loaded and when a
/// task derives a value (an Authorization header); asked by the log, the result writer and the reports.
/// Thread-safe.
class Secrets {
 public:
  /// Also hides the value's base64, URL-encoded and JSON-escaped forms, and each line of a value of several
  /// lines. Values shorter than kShortest bytes cannot be told from ordinary text: they are not hidden, and
  /// false is returned.
  bool add(std::string_view value);

  /// `text` with every secret replaced by "***".
  std::string mask(std::string_view text) const;

  /// What CI systems with masks of their own must be told, longest first.
  std::vector<std::string> values() const;

  static constexpr std::size_t kShortest = 4;

 private:
  struct LongestFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  mutable std::mutex mutex_;
  std::set<std::string, LongestFirst> values_;
};

/// Adds the values of the variables whose names say that they hold a secret: scripts and plugins see them
/// whether or not the file mentions them. Values shorter than 8 bytes are more likely words ("true") than
/// secrets.
void add_secrets_of(const Environment& environment, Secrets& secrets);

/// Whether a variable or key of this name holds a secret: one of its words (split at _, -, . and at capitals)
/// is token, secret, password, key, authorization or webhook, or the name contains password, token, secret or
/// apikey.
bool names_secret(std::string_view name);

}  // namespace iter8::base
