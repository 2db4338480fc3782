#include "forge/statuses.h"

#include "base/encoding.h"
#include "base/text.h"
#include "forge/place.h"

namespace iter8::forge {

namespace {

constexpr std::size_t kStatusDescriptionLimit = 140;
constexpr std::size_t kGitlabStatusDescriptionLimit = 255;

std::string word_of(CommitState state, Vendor vendor) {
  const bool is_gitlab = vendor == Vendor::gitlab;
  switch (state) {
    case CommitState::pending:
      return is_gitlab ? "running" : "pending";
    case CommitState::success:
      return "success";
    case CommitState::failure:
      return is_gitlab ? "failed" : "failure";
    case CommitState::error:
      break;
  }
  return is_gitlab ? "failed" : "error";
}

}  // namespace

Call status_call(const Account& account, const CommitStatus& status) {
  const bool is_gitlab = account.vendor == Vendor::gitlab;
  const std::size_t limit = is_gitlab ? kGitlabStatusDescriptionLimit : kStatusDescriptionLimit;
  constexpr std::size_t kEllipsis = 3;  // bytes, which printable() adds
  const std::string description = status.description.size() <= limit
                                      ? status.description
                                      : base::printable(status.description, limit - kEllipsis);
  Json body{{"state", word_of(status.state, account.vendor)},
            {is_gitlab ? "name" : "context", status.context},
            {"description", description}};
  if (!status.url.empty()) body["target_url"] = status.url;
  return {.method = "POST",
          .path = repository_path(account.vendor, status.repository) + "/statuses/" +
                  base::percent_encoded(status.commit),
          .body = std::move(body),
          .purpose = "set the status of the commit",
          .permission = is_gitlab ? "scope api" : "statuses: write"};
}

void set_status(Client& client, const CommitStatus& status) {
  Call call = status_call(client.account(), status);
  // GitLab refuses to set the state that the status has already.
  if (client.account().vendor == Vendor::gitlab) call.expected = {400};
  const Response response = client.send(call);
  const std::string said = response.is_good() ? "" : server_message(response, client.context().secrets);
  if (!response.is_good() && said.find("Cannot transition status") == std::string::npos)
    client.refuse(call, response);
}

}  // namespace iter8::forge
