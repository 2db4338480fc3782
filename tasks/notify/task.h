#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiment/catalog.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/options.h"

namespace iter8::tasks::notify {

/// Tells one channel the outcome of the run. Sends at most one message a call, and none when the outcome is
/// not among `on`. A receiver that refuses or cannot be reached fails the task, or (softFailure) is a
/// warning; a payload template that cannot be fetched or rendered fails it in any case, as in older Iter8.
class NotifyTask final : public experiment::Task {
 public:
  NotifyTask(NotifyOptions options, std::unique_ptr<Channel> channel, CiRun run,
             std::filesystem::path directory, int line);

  experiment::Outcome run(const experiment::Context& context) override;
  std::vector<std::string> plan(const std::vector<experiment::Version>& versions) const override;

 private:
  config::Value data_for(const experiment::Context& context, const Event& event) const;
  Delivery delivery_of(const Event& event, const config::Value* data) const;
  /// Why the message did not arrive, or an empty text.
  std::string send(Delivery& delivery, web::Client& client, const experiment::Context& context);

  NotifyOptions options_;
  std::unique_ptr<Channel> channel_;
  CiRun run_;
  std::filesystem::path directory_;  // of the experiment file
  std::string teller_;               // tells the notify tasks of a file apart
};

experiment::TaskKind notify_kind();

}  // namespace iter8::tasks::notify
