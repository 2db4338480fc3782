#pragma once

#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/evidence/event.h"
#include "tasks/webhook/options.h"
#include "web/message.h"

namespace iter8::tasks::webhook {

/// Calls one URL with the event, signed if there is a secret. Every attempt of one task in one iteration of
/// one run carries the same webhook-id, so that the receiver can tell that it is the same event; that is why
/// a call may be repeated after a failure.
class WebhookTask final : public experiment::Task {
 public:
  WebhookTask(WebhookOptions options, CiRun run, std::filesystem::path directory, int line);

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  web::Request request_of(const Event& event, const config::Value& data, std::string body) const;

  WebhookOptions options_;
  CiRun run_;
  std::filesystem::path directory_;  // of the experiment file
  std::string teller_;
};

experiment::TaskKind webhook_kind();

}  // namespace iter8::tasks::webhook
