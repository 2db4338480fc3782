// Any URL, as in older Iter8: the payload comes from a template, which may be fetched; parameters and headers
// are the user's.
#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "experiment/result/result_document.h"
#include "tasks/evidence/message_data.h"
#include "tasks/notify/channel.h"

namespace iter8::tasks::notify {

namespace {

constexpr std::size_t kPayloadLimit = 1024 * 1024;

std::string with_params(std::string url, const TextMap& params) {
  const std::size_t fragment = url.find('#');
  if (fragment != std::string::npos) url.erase(fragment);
  for (const auto& [name, value] : params) {
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += base::percent_encoded(name) + "=" + base::percent_encoded(value);
  }
  return url;
}

bool has_content_type(const HeaderTemplates& headers) {
  return std::ranges::any_of(headers,
                             [](const auto& header) { return base::lower(header.first) == "content-type"; });
}

class PlainUrlChannel final : public Channel {
 public:
  explicit PlainUrlChannel(const NotifyOptions& options)
      : url_(with_params(options.url->value, options.params)),
        has_content_type_(has_content_type(options.call.headers)) {
    if (options.payload_template) payload_ = options.payload_template->value;
    if (options.payload_template_url) template_url_ = options.payload_template_url->value;
    const bool has_payload = payload_ || !template_url_.empty();
    method_ = options.method.value_or(has_payload ? "POST" : "GET");
  }

  void prepare(web::Client& client, const std::stop_token& stop) override {
    if (template_url_.empty()) return;
    const web::Response response =
        client.send_expecting_success({.url = template_url_, .response_limit = kPayloadLimit}, stop);
    config::Problems problems("payloadTemplateURL");
    auto parsed = config::Template::parse(response.body, {.line = 1, .column = 1}, problems);
    if (parsed) check_message_template(*parsed, {}, {}, problems);
    if (problems.has_errors()) throw base::Error(base::printable(one_problem(problems), 1000));
    payload_ = std::move(*parsed);
  }

  Delivery make_delivery(const Message& message) const override {
    web::Request request{.method = method_, .url = url_};
    if (!payload_) return {.what = std::move(request), .note = {}};
    request.body = render(*payload_, message);
    if (base::trim(request.body).empty()) throw base::Error("the payload template made nothing");
    const bool is_json = experiment::Json::accept(request.body);
    if (!has_content_type_)
      request.headers.emplace_back("Content-Type",
                                   is_json ? "application/json" : "text/plain; charset=utf-8");
    const bool looks_like_json = base::trim(request.body).starts_with('{');
    return {.what = std::move(request),
            .note = looks_like_json && !is_json ? "the payload is not valid JSON" : ""};
  }

  std::vector<config::TemplateField> fields() const override {
    return payload_ ? payload_->fields() : std::vector<config::TemplateField>();
  }

  std::string plan_note() const override {
    return template_url_.empty() ? "" : "with the payload of the template at " + template_url_;
  }

 private:
  static std::string one_problem(const config::Problems& problems) {
    const config::Problem& first = problems.all().front();
    return "payloadTemplateURL: line " + std::to_string(first.position.line) + ", column " +
           std::to_string(first.position.column) + ": " + first.message;
  }

  std::string url_;
  bool has_content_type_;
  std::string method_;
  std::string template_url_;
  std::optional<config::Template> payload_;
};

}  // namespace

std::unique_ptr<Channel> make_plain_url(const NotifyOptions& options, experiment::BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  if (!options.url)
    context.problems.error(context.position, "missing key 'url': where the message goes (or set channel)");
  if (options.payload_template)
    check_message_template(options.payload_template->value, options.payload_template->position,
                           context.versions, context.problems);
  if (options.method && options.method->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos)
    context.problems.error(context.position, "method '" + base::printable(*options.method) +
                                                 "' is none; expected capital letters, such as POST");
  if (context.problems.has_errors_since(before)) return nullptr;
  return std::make_unique<PlainUrlChannel>(options);
}

}  // namespace iter8::tasks::notify
