#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace iter8::config {

/// Texts that come from outside of a file, each with what stands for it there, so that messages can show that
/// instead. Not thread-safe.
class OutsideTexts {
 public:
  /// `reference` as written: "${NAME}". Lines too short not to be found by chance are left out.
  void add(std::string_view text, const std::string& reference);
  void add_all_of(const OutsideTexts& other);

  /// The message with the reference for every line of a text that it quotes, whole or cut. Takes time in
  /// proportion to the message, however many texts there are.
  std::string removed_from(std::string message) const;

 private:
  struct Line {
    std::string text;  // as messages show it
    std::string reference;
  };
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::vector<Line>> lines_;  // by how they begin
};

}  // namespace iter8::config
