#include "forge/client.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "forge/limits.h"
#include "web/foreign_json.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kLongestMessage = 600;
constexpr const char* kGithubVersion = "2022-11-28";

bool is_write(const std::string& method) {
  return method != "GET" && method != "HEAD";
}

void authenticate(const Account& account, web::Headers& headers) {
  if (account.token.empty()) return;
  switch (account.token_kind) {
    case TokenKind::bearer:
      headers.emplace_back("Authorization", "Bearer " + account.token);
      return;
    case TokenKind::gitlab_private:
      headers.emplace_back("PRIVATE-TOKEN", account.token);
      return;
    case TokenKind::gitlab_job:
      headers.emplace_back("JOB-TOKEN", account.token);
      return;
    case TokenKind::gitea:
      headers.emplace_back("Authorization", "token " + account.token);
      return;
  }
}

/// `<https://…?page=2>; rel="next", <…>; rel="last"` (RFC 8288).
std::string next_page(const web::Response& response) {
  const auto header = response.header("link");
  if (!header) return {};
  for (const std::string& link : base::split(*header, ',')) {
    const std::size_t open = link.find('<');
    const std::size_t close = link.find('>');
    if (open != std::string::npos && close != std::string::npos && open < close &&
        link.find("rel=\"next\"", close) != std::string::npos)
      return link.substr(open + 1, close - open - 1);
  }
  return {};
}

Response read_response(web::Response raw) {
  Response response{.status = raw.status, .next = next_page(raw)};
  response.body = web::parse_foreign_ordered_json(raw.body);
  if (response.body.is_discarded())
    response.body = base::trim(raw.body).empty() ? Json() : Json(base::printable(raw.body));
  response.headers = std::move(raw.headers);
  return response;
}

/// One entry of an `errors` list: a text, or GitHub's {resource, field, code, message}.
std::string entry_text(const Json& entry) {
  if (entry.is_string()) return entry.get<std::string>();
  if (!entry.is_object()) return entry.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (entry.contains("message") && entry["message"].is_string()) return entry["message"].get<std::string>();
  std::string text;
  for (const char* key : {"resource", "field", "code", "value"})
    if (entry.contains(key) && entry[key].is_string())
      text += (text.empty() ? "" : " ") + entry[key].get<std::string>();
  return text;
}

void append(std::string& text, const std::string& more) {
  if (more.empty() || text.find(more) != std::string::npos) return;
  text += (text.empty() ? "" : "; ") + more;
}

/// What the status means for the caller, who may be able to mend it.
std::string hint_for(const Account& account, const Call& call, int status, const std::string& message) {
  const std::string needed = call.permission.empty() ? "" : fmt::format(" (needed: {})", call.permission);
  const std::string said = base::lower(message);
  if (status == 401)
    return account.token.empty() ? fmt::format("no token was given: set {}{}", account.token_origin, needed)
                                 : fmt::format("the token of {} is wrong or expired", account.token_origin);
  if (said.find("not permitted to create or approve pull requests") != std::string::npos)
    return "allow it in the repository's settings: Actions, Workflow permissions, 'Allow GitHub Actions to "
           "create and approve pull requests'";
  if (status == 403 && said.find("protected") == std::string::npos)
    return fmt::format(
        "the token of {} lacks a permission{}; tokens of workflows that forks start are read-only",
        account.token_origin, needed);
  if (status == 404)
    return fmt::format("not found, or the token of {} may not see it{}", account.token_origin, needed);
  if (status >= 500) return "the server failed; try again later";
  return {};
}

}  // namespace

std::string path_of(const std::vector<std::string_view>& parts) {
  std::string path;
  for (const std::string_view part : parts) path += "/" + base::percent_encoded(part);
  return path;
}

web::Request request_of(const Account& account, const Call& call) {
  web::Request request{.method = call.method, .tls = {.ca = account.ca_file}};
  request.url = call.path.starts_with("http") ? call.path : account.api_url + call.path;
  char separator = request.url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : call.query) {
    request.url += separator + base::percent_encoded(name) + "=" + base::percent_encoded(value);
    separator = '&';
  }
  const bool is_github = account.vendor == Vendor::github;
  const std::string accept = is_github ? "application/vnd.github+json" : "application/json";
  request.headers.emplace_back("Accept", call.accept.empty() ? accept : call.accept);
  if (is_github) request.headers.emplace_back("X-GitHub-Api-Version", kGithubVersion);
  authenticate(account, request.headers);
  if (call.body) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = call.body->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return request;
}

std::string server_message(const Response& response, const base::Secrets& secrets) {
  std::string text;
  const Json& body = response.body;
  if (body.is_string()) append(text, body.get<std::string>());
  if (body.is_object()) {
    for (const char* key : {"message", "error", "error_description"}) {
      const auto found = body.find(key);
      if (found == body.end()) continue;
      append(text, found->is_string() ? found->get<std::string>()
                                      : found->dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    if (const auto errors = body.find("errors"); errors != body.end() && errors->is_array())
      for (const Json& entry : *errors) append(text, entry_text(entry));
  }
  return base::printable(secrets.mask(text), kLongestMessage);  // masked while it is still whole
}

Client::Client(Account account, ClientContext context, base::Duration patience)
    : account_(std::move(account)),
      context_(std::move(context)),
      web_(context_.secrets, context_.clock, {.hosts = context_.hosts, .log = &context_.log}),
      patience_(patience) {}

Response Client::send(const Call& call) {
  const web::Request request = request_of(account_, call);
  if (!web::same_origin(request.url, account_.api_url))
    throw base::Error("cannot " + call.purpose + ": the server points to another host, " +
                      base::printable(request.url.substr(0, request.url.find('?'))));
  for (int attempt = 0;; ++attempt) {
    pace(call.method);
    web::Response raw = exchange(request, call.purpose);
    const auto limit = wait_for_limit(raw, context_.clock.wall(), attempt);
    if (limit && attempt < kMostWaits && waited_ + *limit <= patience_) {
      wait(*limit, fmt::format("{}'s rate limit", to_text(account_.vendor)));
      continue;
    }
    Response response = read_response(std::move(raw));
    if (limit)
      throw base::Error(context_.secrets.mask(fmt::format(
          "cannot {}: {}'s rate limit is used up for another {}, longer than is waited for: {}", call.purpose,
          to_text(account_.vendor), base::to_text(*limit), server_message(response, context_.secrets))));
    const bool is_expected = std::ranges::find(call.expected, response.status) != call.expected.end();
    if (!response.is_good() && !is_expected) refuse(call, response);
    return response;
  }
}

std::vector<Json> Client::list(Call call, std::size_t limit) {
  call.query.emplace_back(account_.vendor == Vendor::gitea ? "limit" : "per_page", "100");
  std::vector<Json> items;
  for (int pages = 0; pages < kMostPages; ++pages) {
    Response response = send(call);
    if (!response.body.is_array()) throw base::Error(fmt::format("cannot {}: expected a list", call.purpose));
    for (Json& item : response.body) items.push_back(std::move(item));
    if (response.next.empty() || items.size() >= limit) return items;
    call.path = response.next;
    call.query.clear();
  }
  throw base::Error(fmt::format("cannot {}: the server's list has more than {} pages, with {} entries so far",
                                call.purpose, kMostPages, items.size()));
}

void Client::refuse(const Call& call, const Response& response) const {
  const web::Request request = request_of(account_, call);
  std::string text = fmt::format("cannot {}: {} {}: status {}", call.purpose, request.method,
                                 request.url.substr(0, request.url.find('?')), response.status);
  const std::string said = server_message(response, context_.secrets);
  if (!said.empty()) text += ": " + said;
  const std::string hint = hint_for(account_, call, response.status, said);
  if (!hint.empty()) text += " (" + hint + ")";
  throw base::Error(context_.secrets.mask(text));
}

Json Client::graphql(const std::string& query, const Json& variables, const std::string& purpose,
                     const std::string& permission) {
  const Call call{.method = "POST",
                  .path = account_.graphql_url,
                  .body = Json{{"query", query}, {"variables", variables}},
                  .purpose = purpose,
                  .permission = permission};
  Response response = send(call);
  if (response.body.is_object() && response.body.contains("errors")) refuse(call, response);
  if (!response.body.is_object() || !response.body.contains("data"))
    throw base::Error("cannot " + purpose + ": the response has no data");
  return response.body["data"];
}

web::Response Client::exchange(const web::Request& request, const std::string& purpose) {
  if (++calls_ > kMostCalls || talked_ > kLongestTalk)
    throw base::Error(fmt::format("cannot {}: {} calls of {}'s API took {}; no task needs more than {} or {}",
                                  purpose, calls_ - 1, to_text(account_.vendor),
                                  base::to_text(std::chrono::round<std::chrono::seconds>(talked_)),
                                  kMostCalls, base::to_text(kLongestTalk)));
  const base::MonotonicTime begin = context_.clock.now();
  web::Response response = web_.send(request, context_.stop);
  talked_ += context_.clock.now() - begin;
  return response;
}

void Client::pace(const std::string& method) {
  if (!is_write(method)) return;
  const base::MonotonicTime now = context_.clock.now();
  if (last_write_) allowance_ = std::min<double>(kBurst, allowance_ + base::to_seconds(now - *last_write_));
  if (allowance_ < 1) {
    const base::Duration missing = base::from_seconds(1 - allowance_);
    if (!context_.clock.wait_until(now + missing, context_.stop))
      throw base::Error("stopped while waiting to send the next write");
    allowance_ = 1;
  }
  allowance_ -= 1;
  last_write_ = context_.clock.now();
}

void Client::wait(base::Duration duration, const std::string& why) {
  waited_ += duration;
  context_.log.warning(fmt::format("waiting {} for {}", base::to_text(duration), why));
  if (!context_.clock.wait_until(context_.clock.now() + duration, context_.stop))
    throw base::Error("stopped while waiting for " + why);
}

}  // namespace iter8::forge
