#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/compression.h"
#include "load/expectation.h"
#include "load/request/cookie_jar.h"

namespace iter8::load {

/// Looks at an answer beyond its status: checks what its request expects and collects cookies. Exists only
/// where one of the two is asked for; the protocols feed it while they read. One answer at a time; one
/// thread.
class ResponseValidator {
 public:
  /// An answer begins. `expected` and `jar` may be null and outlive the answer.
  void begin(const Expectation* expected, CookieJar* jar);

  bool wants_fields() const {
    return jar_ != nullptr || (expected_ != nullptr && expected_->looks_at_fields());
  }
  bool wants_body() const { return expected_ != nullptr && expected_->looks_at_body(); }

  /// `name` in any case.
  void field(std::string_view name, std::string_view value);
  void body(std::string_view bytes);
  /// What the whole answer lacks; empty when it is as expected. Valid until the next begin().
  std::string_view problem(int status);

 private:
  void search(std::string_view bytes);

  const Expectation* expected_ = nullptr;
  CookieJar* jar_ = nullptr;
  std::vector<bool> found_fields_;
  bool found_text_ = false;
  bool compressed_ = false;
  bool unreadable_ = false;  // the body is compressed in a way that cannot be undone
  std::string last_bytes_;   // of the body, fewer than the text has: it may continue in the next ones
  base::Inflater inflater_;
  std::string problem_;
};

}  // namespace iter8::load
