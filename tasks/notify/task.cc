#include "tasks/notify/task.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/host_policy.h"
#include "base/text.h"
#include "experiment/result/value_document.h"
#include "tasks/evidence/event_document.h"
#include "tasks/evidence/message_data.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/history.h"

namespace iter8::tasks::notify {

namespace {

using experiment::Context;
using experiment::Outcome;

/// Which outcomes `on` names, without `change`.
bool includes(const std::vector<Occasion>& on, RunStatus status) {
  const auto occasion = [status] {
    switch (status) {
      case RunStatus::success:
        return Occasion::success;
      case RunStatus::failure:
        return Occasion::failure;
      case RunStatus::inconclusive:
        break;
    }
    return Occasion::inconclusive;
  };
  return std::ranges::find(on, occasion()) != on.end();
}

bool is_about_change(const std::vector<Occasion>& on) {
  return std::ranges::find(on, Occasion::change) != on.end();
}

std::string channel_word(const NotifyOptions& options) {
  return options.channel == ChannelKind::url ? "the url"
                                             : config::Codec<ChannelKind>::written(options.channel);
}

std::filesystem::path beside(const std::filesystem::path& result_file, const std::string& name) {
  return std::filesystem::absolute(result_file).parent_path() / name;
}

/// Waits before further attempts at a mail server, as long as it says that it may still work.
web::MailResult send_with_retries(web::Mail mail, std::int64_t attempts, const Context& context) {
  mail.hosts = base::HostPolicy::of(context.environment);
  base::Duration wait = std::chrono::seconds(1);
  for (int attempt = 1;; ++attempt) {
    web::MailResult result = web::send_mail(mail, context.secrets, context.stop);
    if (!result.temporary || attempt >= attempts) return result;
    context.log.warning(fmt::format("mail: attempt {} of {}: {}", attempt, attempts, result.text));
    if (!context.clock.wait_until(context.clock.now() + wait, context.stop)) return result;
    wait *= 2;
  }
}

using Maker = std::unique_ptr<Channel> (*)(const NotifyOptions&, experiment::BuildContext&);

Maker maker_of(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::url:
      return make_plain_url;
    case ChannelKind::slack:
      return make_slack;
    case ChannelKind::teams:
      return make_teams;
    case ChannelKind::discord:
      return make_discord;
    case ChannelKind::pagerduty:
      return make_pagerduty;
    case ChannelKind::alertmanager:
      return make_alertmanager;
    case ChannelKind::email:
      return make_email;
    case ChannelKind::cloudevents:
      return make_cloudevents;
  }
  return make_plain_url;
}

/// The address of a webhook is its password: nobody should read its path in a log.
void hide_address(const NotifyOptions& options, base::Secrets& secrets) {
  constexpr std::size_t kShortestSecret = 16;
  if (!options.url) return;
  const std::string& url = options.url->value;
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return;
  const bool is_chat = options.channel == ChannelKind::slack || options.channel == ChannelKind::teams ||
                       options.channel == ChannelKind::discord ||
                       url.find("//hooks.slack.com/") != std::string::npos;
  const std::size_t secret = url.find_first_of(is_chat && options.token.empty() ? "/?" : "?", host + 3);
  if (secret != std::string::npos && url.size() - secret >= kShortestSecret) secrets.add(url.substr(secret));
}

std::unique_ptr<experiment::Task> build(const config::Node& with, experiment::BuildContext& context) {
  NotifyOptions options;
  if (!fields_of(&options).read(with, context.problems, options)) return nullptr;
  const std::size_t before = context.problems.all().size();
  hide_address(options, context.secrets);
  context.secrets.add(options.token);
  if (options.text)
    check_message_template(*options.text, context.position, context.versions, context.problems);
  check_call(options.call, with, context);

  std::unique_ptr<Channel> channel = maker_of(options.channel)(options, context);
  if (!channel || context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<NotifyTask>(std::move(options), std::move(channel), ci_run_of(context.environment),
                                      context.directory, context.position.line);
}

}  // namespace

std::string render(const config::Template& text, const Message& message) {
  constexpr std::size_t kBodyLimit = 1024 * 1024;
  if (!message.data) return text.text();
  return text.render(*message.data, {.output_bytes = kBodyLimit, .now = message.event.time});
}

NotifyTask::NotifyTask(NotifyOptions options, std::unique_ptr<Channel> channel, CiRun run,
                       std::filesystem::path directory, int line)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      run_(std::move(run)),
      directory_(std::move(directory)),
      teller_("notify " + std::to_string(line)) {}

Outcome NotifyTask::run(const Context& context) {
  const Event event = event_of(context, teller_);
  const bool about_change = is_about_change(options_.on);
  const std::filesystem::path history_file = beside(context.result_file, options_.history);
  History history = about_change ? History::read(history_file) : History();
  const bool wanted = includes(options_.on, event.status) || (about_change && is_change(history, event));
  history.add(event);

  Outcome outcome;
  if (wanted) {
    web::Client client(context.secrets, context.clock,
                       {.retry = retry_policy(options_.call),
                        .hosts = base::HostPolicy::of(context.environment),
                        .log = &context.log});
    channel_->prepare(client, context.stop);
    const config::Value data = data_for(context, event);
    Delivery delivery = delivery_of(event, &data);
    const std::string failure = send(delivery, client, context);
    if (!failure.empty() && !options_.soft_failure) throw base::Error(failure);
    if (!failure.empty()) {
      outcome.warnings.push_back({"notify", failure});
      outcome.message = "not sent: " + failure;
      return outcome;  // and not noted as told, so that the next run tells it
    }
    outcome.message = fmt::format("told {}: {}", channel_word(options_), event.headline);
    if (!delivery.note.empty())
      outcome.warnings.push_back({"notify", channel_word(options_) + ": " + delivery.note});
  } else {
    outcome.message = fmt::format("nothing to tell: {} is not among 'on'", to_text(event.status));
  }
  if (about_change) history.write(history_file);
  return outcome;
}

config::Value NotifyTask::data_for(const Context& context, const Event& event) const {
  std::vector<config::TemplateField> fields = channel_->fields();
  if (options_.text)
    for (config::TemplateField& field : options_.text->fields()) fields.push_back(std::move(field));
  return message_data(context, event, fields);
}

Delivery NotifyTask::delivery_of(const Event& event, const config::Value* data) const {
  Message message{.event = event, .headline = event.headline, .data = data};
  if (options_.text) message.headline = one_line(render(*options_.text, message));
  if (message.headline.empty()) throw base::Error("text: the template made nothing");

  Delivery delivery = channel_->make_delivery(message);
  if (auto* request = std::get_if<web::Request>(&delivery.what)) {
    apply_call(options_.call,
               data ? *data : experiment::to_value(experiment::Json{{"event", to_document(event)}}),
               directory_, *request);
  } else if (auto* mail = std::get_if<web::Mail>(&delivery.what)) {
    mail->timeout = options_.call.timeout;
    mail->connect_timeout = options_.call.connect_timeout;
    if (!options_.call.tls.ca.empty()) mail->ca = (directory_ / options_.call.tls.ca).string();
  }
  return delivery;
}

std::string NotifyTask::send(Delivery& delivery, web::Client& client, const Context& context) {
  try {
    if (const auto* mail = std::get_if<web::Mail>(&delivery.what)) {
      const web::MailResult result = send_with_retries(*mail, options_.call.retry.attempts, context);
      return result.sent ? "" : "the mail was not taken: " + result.text;
    }
    const auto& request = std::get<web::Request>(delivery.what);
    const web::Response response = client.send(request, context.stop);
    if (response.status < 200 || response.status > 299)
      return web::describe_failure(request, response, context.secrets);
    return context.secrets.mask(channel_->read_response(response));
  } catch (const base::Error& error) {
    return error.what();
  }
}

std::vector<std::string> NotifyTask::plan(const std::vector<experiment::Version>& versions) const {
  std::vector<std::string> on;
  for (const Occasion occasion : options_.on) on.push_back(config::Codec<Occasion>::written(occasion));
  std::vector<std::string> lines = {fmt::format("on {}; for a run that passed:", base::join(on, ", "))};
  try {
    const Delivery delivery = delivery_of(sample_event(versions, run_, teller_, experiment()), nullptr);
    for (std::string& line : std::visit([](const auto& what) { return web::plan_text(what); }, delivery.what))
      lines.push_back(std::move(line));
  } catch (const base::Error& error) {
    lines.emplace_back(error.what());
  }
  if (!channel_->plan_note().empty()) lines.push_back(channel_->plan_note());
  return lines;
}

experiment::TaskKind notify_kind() {
  return {.name = "notify",
          .summary =
              "Notifies Slack, Teams, Discord, PagerDuty, Alertmanager, mail or any URL of the outcome of "
              "the run",
          .options = config::fields_of<NotifyOptions>().schema(),
          .build = build};
}

}  // namespace iter8::tasks::notify
