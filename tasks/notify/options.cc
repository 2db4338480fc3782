#include "tasks/notify/options.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "net/url.h"

namespace iter8::tasks::notify {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

/// Fields that belong to some channels only; every other one belongs to all.
struct Belonging {
  std::string_view field;
  std::vector<ChannelKind> channels;
};

const std::vector<Belonging>& belongings() {
  using enum ChannelKind;
  static const std::vector<Belonging> list = {
      {"method", {url}},
      {"params", {url}},
      {"payloadTemplate", {url}},
      {"payloadTemplateURL", {url}},
      {"token", {slack}},
      {"to", {slack, email}},
      {"updates", {slack}},
      {"routingKey", {pagerduty}},
      {"dedupKey", {pagerduty}},
      {"severity", {pagerduty, alertmanager}},
      {"source", {pagerduty, cloudevents}},
      {"component", {pagerduty}},
      {"labels", {alertmanager}},
      {"annotations", {alertmanager}},
      {"expires", {alertmanager}},
      {"from", {email}},
      {"subject", {email}},
      {"username", {email}},
      {"password", {email}},
      {"headers", {url, slack, teams, discord, pagerduty, alertmanager, cloudevents}},
      {"auth", {url, alertmanager, cloudevents}},
      {"encryption", {email}},
      {"mode", {cloudevents}},
      {"type", {cloudevents}},
  };
  return list;
}

std::string word_of(ChannelKind kind) {
  return config::Codec<ChannelKind>::written(kind);
}

/// A field of another channel would be ignored, and whoever wrote it would believe that it works.
void check_belonging(const NotifyOptions& options, const Node& node, Problems& problems) {
  for (const Belonging& belonging : belongings()) {
    const Node* value = node.find(belonging.field);
    if (!value || std::ranges::find(belonging.channels, options.channel) != belonging.channels.end())
      continue;
    std::vector<std::string> words;
    for (const ChannelKind kind : belonging.channels) words.push_back(word_of(kind));
    problems.error(value->position,
                   fmt::format("{} is a field of channel {}; the channel here is {}", belonging.field,
                               base::join(words, " and "), word_of(options.channel)));
  }
}

void check_url(const NotifyOptions& options, const Node&, Problems& problems) {
  if (options.channel == ChannelKind::email) return;  // smtp, checked there
  for (const auto* url : {&options.url, &options.payload_template_url}) {
    if (!*url) continue;
    std::string problem;
    const std::string& text = (*url)->value;
    const auto parsed = net::parse_url(text, problem);
    if (parsed && !parsed->socket_path.empty()) problem = "expected http or https";
    if (parsed && text.find("://") == std::string::npos)
      problem = "expected http:// or https:// at its beginning";
    if (!problem.empty()) problems.error((*url)->position, "url: " + problem);
  }
}

void check_payload(const NotifyOptions& options, const Node& node, Problems& problems) {
  if (options.payload_template && options.payload_template_url)
    problems.error(node.position, "both payloadTemplate and payloadTemplateURL are given; keep one");
}

config::Check<std::vector<Occasion>> some_occasion() {
  return [](const std::vector<Occasion>& list) -> std::optional<std::string> {
    if (list.empty()) return "must name at least one occasion";
    return std::nullopt;
  };
}

/// The fields that every channel knows, and those of a plain URL.
void add_common(Fields<NotifyOptions>& fields) {
  fields.optional("channel", &NotifyOptions::channel, "What kind of place the message goes to")
      .optional("url", &NotifyOptions::url, "Where the message goes")
      .optional("on", &NotifyOptions::on,
                "When a message is sent; change: the outcome differs from the run before", some_occasion())
      .optional("softFailure", &NotifyOptions::soft_failure,
                "A message that cannot be sent is a warning and not a failed task")
      .optional("text", &NotifyOptions::text, "The first line of the message; a template")
      .shown_default("verdict, experiment, version and the metric that decided")
      .optional("history", &NotifyOptions::history,
                "File that `on: [change]` keeps outcomes in, relative to result.yaml", config::not_empty())
      .optional("method", &NotifyOptions::method, "HTTP method")
      .shown_default("POST with a payload, else GET")
      .optional("params", &NotifyOptions::params, "Parameters that are added to the URL's query")
      .optional("payloadTemplate", &NotifyOptions::payload_template, "Template of the request's body")
      .optional("payloadTemplateURL", &NotifyOptions::payload_template_url,
                "Where that template is fetched each time");
}

void add_chat(Fields<NotifyOptions>& fields) {
  fields.optional("token", &NotifyOptions::token, "Slack: bot token; the message is sent by chat.postMessage")
      .optional("to", &NotifyOptions::to, "Slack: channel that a token's messages go to; email: recipients")
      .optional("updates", &NotifyOptions::updates,
                "Slack, with a token: what later messages of a loop are; thread: replies to the first, edit: "
                "the first one is changed")
      .optional("routingKey", &NotifyOptions::routing_key, "PagerDuty: integration key")
      .optional("dedupKey", &NotifyOptions::dedup_key, "PagerDuty: what tells incidents apart")
      .shown_default("from the experiment's name")
      .optional("severity", &NotifyOptions::severity, "PagerDuty and Alertmanager: severity of a failure")
      .shown_default("PagerDuty: error, of an inconclusive outcome warning; Alertmanager: warning")
      .optional("source", &NotifyOptions::source, "PagerDuty and CloudEvents: where the event comes from")
      .shown_default("the run's address")
      .optional("component", &NotifyOptions::component, "PagerDuty: the part of the system that is broken")
      .optional("labels", &NotifyOptions::labels,
                "Alertmanager: further labels, which also tell alerts apart")
      .optional("annotations", &NotifyOptions::annotations, "Alertmanager: further annotations")
      .optional("expires", &NotifyOptions::expires,
                "Alertmanager: time after which an alert that is not sent again resolves itself",
                config::if_given(config::longer_than_zero()))
      .shown_default("Alertmanager's own resolve_timeout");
}

void add_mail_and_events(Fields<NotifyOptions>& fields) {
  fields.optional("from", &NotifyOptions::from, "Email: sender, an address or `Name <address>`")
      .optional("subject", &NotifyOptions::subject, "Email: subject; a template")
      .shown_default("the first line of the message")
      .optional("username", &NotifyOptions::username, "Email: user of the mail server")
      .optional("password", &NotifyOptions::password, "Email: password of that user")
      .optional("encryption", &NotifyOptions::encryption,
                "Email: how the mail server is reached; tls: from the first byte on")
      .optional("mode", &NotifyOptions::mode,
                "CloudEvents: attributes as headers (binary) or in the body (structured)")
      .optional("type", &NotifyOptions::type, "CloudEvents: type; the outcome is added behind a dot",
                config::not_empty());
}

}  // namespace

const Fields<NotifyOptions>& fields_of(const NotifyOptions*) {
  static const Fields<NotifyOptions> fields = [] {
    Fields<NotifyOptions> table;
    add_common(table);
    add_chat(table);
    add_mail_and_events(table);
    table.part(&NotifyOptions::call, config::fields_of<CallOptions>());
    table.rule(check_belonging).rule(check_url).rule(check_payload);
    return table;
  }();
  return fields;
}

}  // namespace iter8::tasks::notify

namespace iter8::config {

bool Codec<tasks::notify::TextList>::read(const Node& node, Problems& problems,
                                          tasks::notify::TextList& list) {
  list.items.clear();
  if (node.kind == Node::Kind::sequence)
    return Codec<std::vector<std::string>>::read(node, problems, list.items);
  std::string text;
  if (!Codec<std::string>::read(node, problems, text)) return false;
  list.items.push_back(std::move(text));
  return true;
}

}  // namespace iter8::config
