#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/fields.h"
#include "config/located.h"
#include "config/template.h"
#include "tasks/web/call.h"

namespace iter8::tasks {

enum class Signature { standard, github };

/// The `with` of a webhook task.
struct WebhookOptions {
  config::Located<std::string> url;
  std::optional<config::Located<std::string>> secret;
  std::vector<Signature> signatures = {Signature::standard, Signature::github};
  std::string method = "POST";
  std::optional<config::Located<config::Template>> payload_template;
  bool soft_failure = false;
  CallOptions call;
};

const config::Fields<WebhookOptions>& fields_of(const WebhookOptions*);

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<tasks::Signature> {
  static constexpr std::array names{std::pair{"standard", tasks::Signature::standard},
                                    std::pair{"github", tasks::Signature::github}};
};

}  // namespace iter8::config
