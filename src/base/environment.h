#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace iter8::base {

/// The environment variables as they were when the program started: a value, so that tests can make their own
/// and no code reads the process's environment behind its caller's back.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}

  static Environment of_process();

  std::optional<std::string> get(const std::string& name) const;
  /// A variable that is set and not empty.
  bool has(const std::string& name) const;
  void set(const std::string& name, std::string value) { variables_[name] = std::move(value); }

  /// "NAME=value" lines for a child process.
  std::vector<std::string> entries() const;
  std::vector<std::string> names() const;

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace iter8::base
