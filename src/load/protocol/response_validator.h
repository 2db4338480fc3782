#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/compression.h"
#include "load/expectation.h"
#include "load/request/cookie_jar.h"

namespace iter8::load {

/// Checks a response against the Expectation of its request and collects cookies. Exists only where one of
/// the two is needed; the protocols feed it while they parse. One response at a time; one thread.
class ResponseValidator {
 public:
  /// Starts a response. `expected` and `jar` may be null; they outlive the response.
  void begin(const Expectation* expected, CookieJar* jar);

  bool wants_fields() const {
    return jar_ != nullptr || (expected_ != nullptr && expected_->checks_fields());
  }
  bool wants_body() const { return expected_ != nullptr && expected_->checks_body(); }

  /// One field; `name` in upper or lower case.
  void field(std::string_view name, std::string_view value);
  void body(std::string_view bytes);
  /// Once the response is complete: the first expectation that it does not meet, as a sentence; empty when it
  /// meets all. Valid until the next begin().
  std::string_view problem(int status);

 private:
  void search(std::string_view bytes);

  const Expectation* expected_ = nullptr;
  CookieJar* jar_ = nullptr;
  std::vector<bool> field_matches_;
  bool text_matches_ = false;
  bool compressed_ = false;
  bool undecodable_ = false;  // the body has an encoding that cannot be decoded
  std::string last_bytes_;    // the end of the body so far, in which the text may have begun
  base::Inflater inflater_;
  std::string problem_;
};

}  // namespace iter8::load
