#include "tasks/metrics/access/aws_signature.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"
#include "net/url.h"

namespace iter8::tasks::metrics::aws {

namespace {

/// "20150830T123600Z"
std::string basic_time(base::WallTime time) {
  std::string text = base::to_rfc3339(time);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

/// "a=1&b=2" with the parameters in order; one without a value gets an empty one.
std::string canonical_query(std::string_view query) {
  std::vector<std::string> parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    std::string parameter(query.substr(0, end));
    if (parameter.find('=') == std::string::npos) parameter += '=';
    parameters.push_back(std::move(parameter));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  std::ranges::sort(parameters);
  return fmt::format("{}", fmt::join(parameters, "&"));
}

/// The headers that are signed, by name in lower case.
std::map<std::string, std::string> signed_headers(const web::Request& request, const net::Url& url) {
  std::map<std::string, std::string> headers = {{"host", url.authority()}};
  for (const auto& [name, value] : request.headers) {
    const std::string lower = base::lower(name);
    if (lower == "content-type" || lower.starts_with("x-amz-")) headers[lower] = base::trim(value);
  }
  return headers;
}

}  // namespace

void sign(web::Request& request, const Credentials& credentials, const Scope& scope, base::WallTime time) {
  std::string problem;
  const auto url = net::parse_url(request.url, problem);
  if (!url) throw base::Error("url: " + problem);
  const std::string now = basic_time(time);
  const std::string day = now.substr(0, now.find('T'));
  request.headers.emplace_back("X-Amz-Date", now);
  if (!credentials.session_token.empty())
    request.headers.emplace_back("X-Amz-Security-Token", credentials.session_token);

  const auto question_mark = std::min(url->target.find('?'), url->target.size());
  const std::string_view target = url->target;
  const std::string query = canonical_query(target.substr(std::min(question_mark + 1, target.size())));
  std::string lines;
  std::string names;
  for (const auto& [name, value] : signed_headers(request, *url)) {
    lines += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, target.substr(0, question_mark), query, lines,
                  names, base::sha256_hex(request.body));

  const std::string purpose = fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
  const std::string to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", now, purpose, base::sha256_hex(canonical));
  std::string key = "AWS4" + credentials.secret_access_key;
  for (const std::string& part : {day, scope.region, scope.service, std::string("aws4_request")})
    key = base::hmac_sha256(key, part);
  request.headers.emplace_back(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                  credentials.access_key_id, purpose, names, base::hex(base::hmac_sha256(key, to_sign))));
}

}  // namespace iter8::tasks::metrics::aws
