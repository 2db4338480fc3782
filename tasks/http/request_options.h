#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "load/plan.h"
#include "tasks/load/placeholders.h"

namespace iter8::tasks::http {

/// What responses have to look like: `expect` as it stands in the file.
struct ExpectOptions {
  std::vector<load::StatusRange> status;
  std::string body_contains;
  load::Headers header;
};

/// Credentials, which become one header field.
struct BasicAuth {
  std::string username;
  std::string password;
};
struct HeaderAuth {
  std::string name;
  std::string value;
};
struct AuthOptions {
  std::optional<BasicAuth> basic;
  std::optional<std::string> bearer;
  std::optional<HeaderAuth> header;
};

/// One of several kinds of requests; what it does not set is as in the task.
struct ShapeOptions {
  double weight = 1;
  std::optional<config::Located<config::Template>> path;
  std::optional<std::string> method;
  HeaderTemplates headers;
  std::optional<std::string> payload_text;
  std::optional<std::string> content_type;
  std::optional<ExpectOptions> expect;
};

const config::Fields<ExpectOptions>& fields_of(const ExpectOptions*);
const config::Fields<BasicAuth>& fields_of(const BasicAuth*);
const config::Fields<HeaderAuth>& fields_of(const HeaderAuth*);
const config::Fields<AuthOptions>& fields_of(const AuthOptions*);
const config::Fields<ShapeOptions>& fields_of(const ShapeOptions*);

load::Expectation expectation_of(const ExpectOptions& options);
/// The header field that carries the credentials.
std::optional<std::pair<std::string, std::string>> auth_header(const AuthOptions& auth);
/// A method is a token of RFC 9110 section 5.6.2, but not CONNECT, which asks a proxy for something else.
config::Check<std::string> method_name();

}  // namespace iter8::tasks::http

namespace iter8::config {

template <>
struct Choices<load::HttpVersion> {
  static constexpr std::array names{std::pair{"auto", load::HttpVersion::automatic},
                                    std::pair{"1.1", load::HttpVersion::one},
                                    std::pair{"2", load::HttpVersion::two}};
};

/// 200, 2xx, or a list of such.
template <>
struct Codec<std::vector<load::StatusRange>> {
  static Schema schema() { return {.type = Schema::Type::any}; }
  static bool read(const Node& node, Problems& problems, std::vector<load::StatusRange>& ranges);
  static std::string written(const std::vector<load::StatusRange>&) { return {}; }
};

}  // namespace iter8::config
