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

namespace iter8::tasks::webhook {

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

}  // namespace iter8::tasks::webhook

namespace iter8::config {

template <>
struct Choices<tasks::webhook::Signature> {
  static constexpr std::array names{std::pair{"standard", tasks::webhook::Signature::standard},
                                    std::pair{"github", tasks::webhook::Signature::github}};
};

}  // namespace iter8::config
