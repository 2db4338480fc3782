#include "tasks/http/request_options.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace iter8::tasks::http {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

constexpr double kLargestWeight = 1e9;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "204" or "2xx".
std::optional<load::StatusRange> status_range(std::string_view text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '9') return std::nullopt;
  const int hundreds = (text[0] - '0') * 100;
  if (base::lower(text.substr(1)) == "xx")
    return load::StatusRange{.lower = hundreds, .upper = hundreds + 99};
  if (!is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const int status = hundreds + (text[1] - '0') * 10 + (text[2] - '0');
  return load::StatusRange{.lower = status, .upper = status};
}

void check_expect(const ExpectOptions& expect, const Node& node, Problems& problems) {
  if (expectation_of(expect).is_empty())
    problems.error(node.position, "expect: nothing is expected; give status, bodyContains or header");
}

void check_auth(const AuthOptions& auth, const Node& node, Problems& problems) {
  if (auth.basic.has_value() + auth.bearer.has_value() + auth.header.has_value() != 1)
    problems.error(node.position, "auth: expected one of basic, bearer and header");
}

}  // namespace

const Fields<ExpectOptions>& fields_of(const ExpectOptions*) {
  static const auto fields = Fields<ExpectOptions>{}
                                 .optional("status", &ExpectOptions::status,
                                           "The status: a number, a class as 2xx, or a list of them")
                                 .optional("bodyContains", &ExpectOptions::body_contains,
                                           "A text in the body, which is decompressed for that")
                                 .optional("header", &ExpectOptions::header,
                                           "Header fields by name, with a text that the value contains")
                                 .rule(check_expect);
  return fields;
}

const Fields<BasicAuth>& fields_of(const BasicAuth*) {
  static const auto fields = Fields<BasicAuth>{}
                                 .required("username", &BasicAuth::username, "Name of the user")
                                 .required("password", &BasicAuth::password, "Password; masked everywhere");
  return fields;
}

const Fields<HeaderAuth>& fields_of(const HeaderAuth*) {
  static const auto fields = Fields<HeaderAuth>{}
                                 .required("name", &HeaderAuth::name, "Name of the header field")
                                 .required("value", &HeaderAuth::value, "Its value; masked everywhere");
  return fields;
}

const Fields<AuthOptions>& fields_of(const AuthOptions*) {
  static const auto fields =
      Fields<AuthOptions>{}
          .optional("basic", &AuthOptions::basic, "User name and password")
          .optional("bearer", &AuthOptions::bearer, "A token for `Authorization: Bearer`; masked everywhere")
          .optional("header", &AuthOptions::header, "A header field of another name, as an API key's")
          .rule(check_auth);
  return fields;
}

const Fields<ShapeOptions>& fields_of(const ShapeOptions*) {
  const config::Check<double> valid_weight = [](const double& weight) -> std::optional<std::string> {
    if (weight > 0 && weight <= kLargestWeight) return std::nullopt;
    return "must be more than 0 and at most 1000000000";
  };
  static const auto fields =
      Fields<ShapeOptions>{}
          .optional("weight", &ShapeOptions::weight, "How often it is sent, compared with the others",
                    valid_weight)
          .optional("path", &ShapeOptions::path,
                    "With a leading /: replaces the URL's path and query; else appended to it")
          .optional("method", &ShapeOptions::method, "HTTP method", config::if_given(method_name()))
          .optional("headers", &ShapeOptions::headers, "Request headers beside those of the task")
          .optional("payloadStr", &ShapeOptions::payload_text, "Body of the request")
          .optional("contentType", &ShapeOptions::content_type, "Content-Type of the body")
          .optional("expect", &ShapeOptions::expect, "What responses have to look like");
  return fields;
}

load::Expectation expectation_of(const ExpectOptions& options) {
  return {.statuses = options.status, .body_contains = options.body_contains, .headers = options.header};
}

std::optional<std::pair<std::string, std::string>> auth_header(const AuthOptions& auth) {
  if (auth.basic) {
    const std::string credentials = base::base64(auth.basic->username + ":" + auth.basic->password);
    return std::pair("Authorization", "Basic " + credentials);
  }
  if (auth.bearer) return std::pair("Authorization", "Bearer " + *auth.bearer);
  if (auth.header) return std::pair(auth.header->name, auth.header->value);
  return std::nullopt;
}

config::Check<std::string> method_name() {
  return [](const std::string& method) -> std::optional<std::string> {
    const bool is_token = !method.empty() && std::all_of(method.begin(), method.end(), [](unsigned char c) {
      return std::isalnum(c) ||
             std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (is_token && method != "CONNECT") return std::nullopt;
    return "must be an HTTP method such as GET";
  };
}

}  // namespace iter8::tasks::http

namespace iter8::config {

bool Codec<std::vector<load::StatusRange>>::read(const Node& node, Problems& problems,
                                                 std::vector<load::StatusRange>& ranges) {
  ranges.clear();
  const bool is_list = node.kind == Node::Kind::sequence;
  for (const Node& item : is_list ? node.items : std::vector<Node>{node}) {
    const auto range = item.kind == Node::Kind::scalar ? tasks::http::status_range(item.text) : std::nullopt;
    if (!range) return expected(item, problems, "a status as 200 or 2xx, or a list of them");
    ranges.push_back(*range);
  }
  if (ranges.empty()) return expected(node, problems, "a status as 200 or 2xx, or a list of them");
  return true;
}

}  // namespace iter8::config
