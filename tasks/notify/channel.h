#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "config/template/template.h"
#include "experiment/catalog.h"
#include "tasks/evidence/event.h"
#include "tasks/notify/options.h"
#include "web/client.h"
#include "web/mail.h"

namespace iter8::tasks::notify {

/// What is to be told, as a channel sees it.
struct Message {
  const Event& event;
  std::string headline;       // of the event, or what the option `text` made of it; one line
  const config::Value* data;  // for templates; null in --dry-run, which shows them as they are
};

/// What a template comes to.
std::string render(const config::Template& text, const Message& message);

/// What goes over the wire.
struct Delivery {
  std::variant<web::Request, web::Mail> what;
  std::string note;  // what had to be left out, or empty
};

/// One kind of place that messages go to. Making a delivery has no effects, so that --dry-run shows what a
/// run would send. Owned by one task and used from its thread.
class Channel {
 public:
  virtual ~Channel() = default;

  /// Fetches what the delivery needs (a payload template). Throws base::Error when it cannot.
  virtual void prepare(web::Client& /*client*/, const std::stop_token& /*stop*/) {}

  /// Throws base::Error when there is no payload (a template that fails).
  virtual Delivery make_delivery(const Message& message) const = 0;

  /// Reads a response with a status from 200 to 299: remembers what later messages need (a thread). Returns
  /// why the service refused the message all the same, or an empty text.
  virtual std::string read_response(const web::Response& /*response*/) { return {}; }

  /// Fields that its templates read.
  virtual std::vector<config::TemplateField> fields() const { return {}; }

  /// What --dry-run cannot show, or an empty text.
  virtual std::string plan_note() const { return {}; }
};

// One a file. Each reports what its options lack and returns null then.
std::unique_ptr<Channel> make_slack(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_teams(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_discord(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_pagerduty(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_alertmanager(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_email(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_cloudevents(const NotifyOptions& options, experiment::BuildContext& context);
std::unique_ptr<Channel> make_plain_url(const NotifyOptions& options, experiment::BuildContext& context);

}  // namespace iter8::tasks::notify
