// Email over SMTP: one message in plain text to all recipients.
#include "base/error.h"
#include "base/text.h"
#include "tasks/evidence/message_data.h"
#include "tasks/evidence/text_limit.h"
#include "tasks/notify/channel.h"
#include "tasks/notify/lines.h"
#include "tasks/notify/mime.h"

namespace iter8::tasks::notify {

namespace {

constexpr std::size_t kMailedObjectives = 1000;

std::string body_of(const Message& message) {
  const Event& event = message.event;
  std::string text = message.headline + "\n\n";
  for (const auto& [name, value] : facts_of(event)) text += name + ": " + value + "\n";
  if (!event.run.url.empty()) text += "Run: " + event.run.url + "\n";
  const std::size_t shown = std::min(event.objectives.size(), kMailedObjectives);
  if (shown > 0) text += "\nObjectives\n";
  for (std::size_t i = 0; i < shown; ++i) text += "- " + line_of(event.objectives[i], event) + "\n";
  const std::string rest = rest_line(event.objectives.size() - shown);
  if (!rest.empty()) text += rest + "\n";
  if (!event.failures.empty()) text += "\nFailed tasks\n";
  for (const std::string& failure : event.failures) text += "- " + failure + "\n";
  return text + "\nSent by iter8 " + event.iter8_version + "\n";
}

class EmailChannel final : public Channel {
 public:
  EmailChannel(web::Mail way, MailText frame, std::optional<config::Template> subject)
      : way_(std::move(way)), frame_(std::move(frame)), subject_(std::move(subject)) {}

  Delivery make_delivery(const Message& message) const override {
    MailText text = frame_;
    text.subject = subject_ ? render(*subject_, message) : "[iter8] " + message.headline;
    text.subject = shorten(one_line(text.subject), 500);
    text.body = body_of(message);
    text.id = "iter8." + message.event.id;
    text.date = message.event.time;
    text.headers = {{"X-Iter8-Outcome", std::string(to_text(message.event.status))}};
    web::Mail mail = way_;
    mail.content = mime_text(text);
    return {.what = std::move(mail), .note = {}};
  }

  std::vector<config::TemplateField> fields() const override {
    return subject_ ? subject_->fields() : std::vector<config::TemplateField>();
  }

 private:
  web::Mail way_;
  MailText frame_;  // sender and recipients
  std::optional<config::Template> subject_;
};

web::MailSecurity security_of(MailEncryption encryption) {
  switch (encryption) {
    case MailEncryption::none:
      return web::MailSecurity::none;
    case MailEncryption::tls:
      return web::MailSecurity::tls;
    case MailEncryption::starttls:
      break;
  }
  return web::MailSecurity::starttls;
}

/// The server's URL with the scheme that the encryption asks for, or nothing after reporting a problem.
std::optional<std::string> server_url(const NotifyOptions& options, experiment::BuildContext& context) {
  const auto refuse = [&](const std::string& message) {
    context.problems.error(options.url ? options.url->position : context.position,
                           "channel email: " + message);
    return std::nullopt;
  };
  if (!options.url) return refuse("expected url, the mail server, such as smtp://mail.example.com:587");
  const std::string& url = options.url->value;
  const bool is_tls = url.starts_with("smtps://");
  if (!is_tls && !url.starts_with("smtp://"))
    return refuse("expected a url such as smtp://mail.example.com:587");
  const std::string rest = url.substr(url.find("://") + 3);
  if (rest.empty() || rest.find_first_of("/@?# \t\r\n") != std::string::npos)
    return refuse("expected host and port behind " + url.substr(0, url.find("://") + 3) +
                  "; user and password have fields of their own");
  if (is_tls && options.encryption == MailEncryption::none)
    return refuse("smtps is encrypted; remove 'encryption'");
  return (is_tls || options.encryption == MailEncryption::tls ? "smtps://" : "smtp://") + rest;
}

MailAddress address_of(const std::string& text, const std::string& field, experiment::BuildContext& context) {
  const auto address = parse_mail_address(text);
  if (!address)
    context.problems.error(context.position, "channel email: " + field + ": '" + base::printable(text) +
                                                 "' is not an address; expected name@example.com");
  return address.value_or(MailAddress{});
}

}  // namespace

std::unique_ptr<Channel> make_email(const NotifyOptions& options, experiment::BuildContext& context) {
  const std::size_t before = context.problems.all().size();
  web::Mail way{.username = options.username, .password = options.password};
  MailText frame;
  if (const auto url = server_url(options, context)) way.url = *url;
  way.security = way.url.starts_with("smtps://") ? web::MailSecurity::tls : security_of(options.encryption);
  if (options.from.empty()) {
    context.problems.error(context.position, "channel email: expected from, the sender's address");
  } else {
    frame.from = address_of(options.from, "from", context);
  }
  if (options.to.items.empty())
    context.problems.error(context.position, "channel email: expected to, the recipients");
  for (const std::string& text : options.to.items) frame.to.push_back(address_of(text, "to", context));
  const CallTls& tls = options.call.tls;
  if (tls.insecure || !tls.cert.empty() || !tls.key.empty())
    context.problems.error(context.position, "channel email: of tls only 'ca' is known");
  if (options.username.empty() != options.password.empty())
    context.problems.error(context.position, "channel email: username and password belong together");
  if (options.subject)
    check_message_template(*options.subject, context.position, context.versions, context.problems);
  if (context.problems.has_errors_since(before)) return nullptr;
  if (way.security == web::MailSecurity::none && !way.password.empty())
    context.problems.warning(context.position, "channel email: the password travels unencrypted");

  way.from = frame.from.address;
  for (const MailAddress& address : frame.to) way.to.push_back(address.address);
  context.secrets.add(options.password);
  return std::make_unique<EmailChannel>(std::move(way), std::move(frame), options.subject);
}

}  // namespace iter8::tasks::notify
