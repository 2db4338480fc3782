#include "tasks/metrics/access/aws_credentials.h"

#include <map>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace iter8::tasks::metrics::aws {

namespace {

constexpr std::size_t kLargestFile = 1024 * 1024;

/// The keys of one [section] of an INI file.
std::map<std::string, std::string> section_of(const std::string& text, const std::string& wanted) {
  std::map<std::string, std::string> keys;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') continue;
    if (trimmed.front() == '[') {
      inside = trimmed == "[" + wanted + "]";
      continue;
    }
    const auto equals = trimmed.find('=');
    if (inside && equals != std::string_view::npos)
      keys[std::string(base::trim(trimmed.substr(0, equals)))] = base::trim(trimmed.substr(equals + 1));
  }
  return keys;
}

}  // namespace

std::optional<Credentials> find_credentials(const base::Environment& environment, const std::string& profile,
                                            std::string& problem) {
  if (profile.empty() && environment.has("AWS_ACCESS_KEY_ID") && environment.has("AWS_SECRET_ACCESS_KEY"))
    return Credentials{*environment.get("AWS_ACCESS_KEY_ID"), *environment.get("AWS_SECRET_ACCESS_KEY"),
                       environment.get("AWS_SESSION_TOKEN").value_or("")};

  const std::string name = !profile.empty() ? profile : environment.get("AWS_PROFILE").value_or("default");
  const std::string file = environment.get("AWS_SHARED_CREDENTIALS_FILE")
                               .value_or(environment.get("HOME").value_or("") + "/.aws/credentials");
  std::string text;
  try {
    text = base::read_file(file, kLargestFile);
  } catch (const base::Error& error) {
    problem =
        "no AWS credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, nor is there a "
        "credentials file (" +
        std::string(error.what()) + ")";
    return std::nullopt;
  }
  auto keys = section_of(text, name);
  if (keys["aws_access_key_id"].empty() || keys["aws_secret_access_key"].empty()) {
    problem = "no AWS credentials: the profile '" + base::printable(name) + "' of " + base::printable(file) +
              " has no aws_access_key_id and aws_secret_access_key";
    return std::nullopt;
  }
  return Credentials{keys["aws_access_key_id"], keys["aws_secret_access_key"], keys["aws_session_token"]};
}

}  // namespace iter8::tasks::metrics::aws
