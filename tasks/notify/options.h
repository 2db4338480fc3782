#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/options/fields.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "tasks/web/call.h"

namespace iter8::tasks::notify {

enum class ChannelKind { url, slack, teams, discord, pagerduty, alertmanager, email, cloudevents };

/// When a message is sent; see history.h for `change`.
enum class Occasion { success, failure, inconclusive, change };

/// What a later message of the same task in the same run (in a loop) is, where Slack is told by a token.
enum class Updates { message, thread, edit };

enum class CloudEventMode { binary, structured };

enum class Severity { critical, error, warning, info };

/// How a mail server is reached: by STARTTLS, by TLS from the first byte on, or openly.
enum class MailEncryption { starttls, tls, none };

/// One text, or a list of texts.
struct TextList {
  std::vector<std::string> items;
};

using TextMap = std::vector<std::pair<std::string, std::string>>;

/// The `with` of a notify task. Which fields a channel knows stands beside the table.
struct NotifyOptions {
  ChannelKind channel = ChannelKind::url;
  std::optional<config::Located<std::string>> url;
  std::vector<Occasion> on = {Occasion::success, Occasion::failure, Occasion::inconclusive};
  bool soft_failure = false;
  std::optional<config::Template> text;
  std::string history = "iter8-history.json";
  CallOptions call;

  std::optional<std::string> method;
  TextMap params;
  std::optional<config::Located<config::Template>> payload_template;
  std::optional<config::Located<std::string>> payload_template_url;

  std::string token;
  TextList to;
  Updates updates = Updates::message;

  std::string routing_key;
  std::string dedup_key;
  std::optional<Severity> severity;
  std::optional<std::string> source;
  std::string component;

  TextMap labels;
  TextMap annotations;
  std::optional<base::Duration> expires;

  std::string from;
  std::optional<config::Template> subject;
  std::string username;
  std::string password;
  MailEncryption encryption = MailEncryption::starttls;

  CloudEventMode mode = CloudEventMode::binary;
  std::string type = "tools.iter8.experiment";
};

const config::Fields<NotifyOptions>& fields_of(const NotifyOptions*);

}  // namespace iter8::tasks::notify

namespace iter8::config {

template <>
struct Choices<tasks::notify::ChannelKind> {
  using Kind = tasks::notify::ChannelKind;
  static constexpr std::array names{std::pair{"url", Kind::url},
                                    std::pair{"slack", Kind::slack},
                                    std::pair{"teams", Kind::teams},
                                    std::pair{"discord", Kind::discord},
                                    std::pair{"pagerduty", Kind::pagerduty},
                                    std::pair{"alertmanager", Kind::alertmanager},
                                    std::pair{"email", Kind::email},
                                    std::pair{"cloudevents", Kind::cloudevents}};
};

template <>
struct Choices<tasks::notify::Occasion> {
  static constexpr std::array names{std::pair{"success", tasks::notify::Occasion::success},
                                    std::pair{"failure", tasks::notify::Occasion::failure},
                                    std::pair{"inconclusive", tasks::notify::Occasion::inconclusive},
                                    std::pair{"change", tasks::notify::Occasion::change}};
};

template <>
struct Choices<tasks::notify::Updates> {
  static constexpr std::array names{std::pair{"message", tasks::notify::Updates::message},
                                    std::pair{"thread", tasks::notify::Updates::thread},
                                    std::pair{"edit", tasks::notify::Updates::edit}};
};

template <>
struct Choices<tasks::notify::CloudEventMode> {
  static constexpr std::array names{std::pair{"binary", tasks::notify::CloudEventMode::binary},
                                    std::pair{"structured", tasks::notify::CloudEventMode::structured}};
};

template <>
struct Choices<tasks::notify::Severity> {
  static constexpr std::array names{std::pair{"critical", tasks::notify::Severity::critical},
                                    std::pair{"error", tasks::notify::Severity::error},
                                    std::pair{"warning", tasks::notify::Severity::warning},
                                    std::pair{"info", tasks::notify::Severity::info}};
};

template <>
struct Choices<tasks::notify::MailEncryption> {
  static constexpr std::array names{std::pair{"starttls", tasks::notify::MailEncryption::starttls},
                                    std::pair{"tls", tasks::notify::MailEncryption::tls},
                                    std::pair{"none", tasks::notify::MailEncryption::none}};
};

template <>
struct Codec<tasks::notify::TextList> {
  static Schema schema() {
    return {.type = Schema::Type::one_of,
            .inner = {Codec<std::string>::schema(), Codec<std::vector<std::string>>::schema()}};
  }
  static bool read(const Node& node, Problems& problems, tasks::notify::TextList& list);
  static std::string written(const tasks::notify::TextList&) { return {}; }
};

}  // namespace iter8::config
