#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/host_policy.h"
#include "base/log.h"
#include "base/secrets.h"
#include "forge/account.h"
#include "web/client.h"

namespace iter8::forge {

using Json = nlohmann::ordered_json;

/// What a client works in. Borrowed: it outlives the client.
struct ClientContext {
  const base::Secrets& secrets;
  base::Clock& clock;
  const base::Logger& log;
  std::stop_token stop;
  base::HostPolicy hosts = {};  // what may be connected to
};

/// One call of a forge's API.
struct Call {
  std::string method = "GET";
  /// Below the account's URL, its parts escaped (path_of); or a whole URL of the same server.
  std::string path;
  std::vector<std::pair<std::string, std::string>> query = {};
  std::optional<Json> body = {};
  std::string purpose;             // "create the pull request": what an error says could not be done
  std::string permission = {};     // what the token needs for it, "pull-requests: write"
  std::vector<int> expected = {};  // statuses besides 200 to 299 that are not errors
  std::string accept = {};         // media type; empty = the API's usual JSON
};

/// A response with its body read as JSON.
struct Response {
  int status = 0;
  Json body;         // null for an empty body
  std::string next;  // URL of the next page, or empty
  web::Headers headers;

  bool is_good() const { return status >= 200 && status <= 299; }
};

/// Joins escaped parts: path_of({"repos", "acme", "app", "git", "ref", "heads/main"}) is
/// "/repos/acme/app/git/ref/heads%2Fmain".
std::string path_of(const std::vector<std::string_view>& parts);

/// The HTTP request of a call, as it is sent and as --dry-run shows it.
web::Request request_of(const Account& account, const Call& call);

/// The server's own message about an error, read from the documents of GitHub, GitLab or Gitea: one masked
/// and printable line.
std::string server_message(const Response& response, const base::Secrets& secrets);

/// Calls one forge's API: authentication, version headers, pages, rate limits, and the retries of
/// web::Client. Calls are made one after the other; writes beyond a burst of kBurst come one a second, which
/// stays below GitHub's secondary limit of 80 in a minute. A limit that is reached is waited for
/// (Retry-After, else the reset time, else a minute and more) as long as all waits together stay below
/// `patience`, and kMostWaits times a call at most. A server that answers without end is left after
/// kMostCalls calls, or when they took kLongestTalk together. Not thread-safe.
class Client {
 public:
  static constexpr int kBurst = 20;
  static constexpr int kMostWaits = 10;
  static constexpr int kMostPages = 300;  // of one list; servers give 20 to 100 entries a page
  static constexpr int kMostCalls = 3000;
  static constexpr std::chrono::minutes kLongestTalk{20};  // without waits for limits and between calls

  Client(Account account, ClientContext context, base::Duration patience = std::chrono::minutes(15));

  /// Throws base::Error, masked, naming purpose, method, URL without query, status, what the server says and,
  /// where that is the likely reason, the permission that is missing. Never for an expected status.
  Response send(const Call& call);

  /// The items of every page of a list, at most `limit`. Each page's body must be a list. Throws base::Error
  /// when there are more than kMostPages.
  std::vector<Json> list(Call call, std::size_t limit = 10'000);

  /// The error that send() would throw for this response, for callers that expected a status and find that it
  /// is an error after all.
  [[noreturn]] void refuse(const Call& call, const Response& response) const;

  /// GitHub's GraphQL; the `data` of the response. Throws on errors in the response too.
  Json graphql(const std::string& query, const Json& variables, const std::string& purpose,
               const std::string& permission);

  const Account& account() const { return account_; }
  const ClientContext& context() const { return context_; }

 private:
  /// One call as it is, within the limits of the client.
  web::Response exchange(const web::Request& request, const std::string& purpose);
  void pace(const std::string& method);
  void wait(base::Duration duration, const std::string& why);

  Account account_;
  ClientContext context_;
  web::Client web_;
  base::Duration patience_;
  base::Duration waited_{0};
  int calls_ = 0;
  base::Duration talked_{0};
  double allowance_ = kBurst;  // writes that may go at once; one more each second
  std::optional<base::MonotonicTime> last_write_;
};

}  // namespace iter8::forge
