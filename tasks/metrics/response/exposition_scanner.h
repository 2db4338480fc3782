#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace iter8::tasks::metrics {

/// Reads a line of samples, or a selector, from left to right; spaces and tabs between its parts count for
/// nothing. Everything that is not as expected throws base::Error, which shows what was found instead. Does
/// not own the text.
class ExpositionScanner {
 public:
  explicit ExpositionScanner(std::string_view text) : text_(text) {}

  /// Whether `c` is next; it is then read.
  bool take(char c);
  void expect(char c);
  bool at_end();

  std::string name();
  /// Everything up to a space, or to the # of an exemplar. Not empty.
  std::string_view word();
  /// `"value"`, with the escapes \n, \" and \\.
  std::string quoted();
  /// `name`, or `"any name"` as Prometheus 3 writes names that are not made of letters, digits, _ and :.
  std::string name_or_quoted();

  /// `name{label…, label…}` or `{"any name", label…}`: returns the name. `on_label` is called with the name
  /// of each label and reads what stands behind it.
  std::string series(const std::function<void(std::string label)>& on_label);

 private:
  void skip_spaces();
  std::string_view take_span(std::size_t size, const char* what);

  std::string_view text_;
};

}  // namespace iter8::tasks::metrics
