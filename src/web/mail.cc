#include "web/mail.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "web/curl_library.h"
#include "web/host_gate.h"

namespace iter8::web {

namespace {

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Recipients = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What the callbacks use while a message is handed over.
struct MailTransfer {
  std::string_view rest;  // of the message
  std::string refusal;    // the last line with which the server refused something
  std::string last_line;  // that the server said
};

std::size_t give_content(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& rest = static_cast<MailTransfer*>(user)->rest;
  const std::size_t bytes = std::min(size * count, rest.size());
  std::memcpy(buffer, rest.data(), bytes);
  rest.remove_prefix(bytes);
  return bytes;
}

std::size_t take_line(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line = base::trim(std::string_view(data, size * count));
  auto& transfer = *static_cast<MailTransfer*>(user);
  if (line.starts_with('4') || line.starts_with('5')) transfer.refusal = line;  // a farewell may follow
  if (!line.empty()) transfer.last_line = line;
  return size * count;
}

Recipients recipients_of(const CurlLibrary& curl, const Mail& mail) {
  Recipients list(nullptr, curl.slist_free_all);
  for (const std::string& address : mail.to) {
    curl_slist* longer = curl.slist_append(list.get(), ("<" + address + ">").c_str());
    if (longer == nullptr) throw base::Error("out of memory for mail recipients");
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

void configure_mail(const CurlLibrary& curl, CURL* easy, const Mail& mail, const curl_slist* recipients,
                    MailTransfer& transfer, const std::stop_token& stop, char* error_text) {
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy, option, value); };
  set(CURLOPT_ERRORBUFFER, error_text);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent is not waited for beyond the timeout
  set(CURLOPT_URL, mail.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  // Opportunistic TLS would let anyone on the way switch it off.
  set(CURLOPT_USE_SSL,
      static_cast<long>(mail.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!mail.ca.empty()) set(CURLOPT_CAINFO, mail.ca.c_str());
  if (!mail.username.empty()) {
    set(CURLOPT_USERNAME, mail.username.c_str());
    set(CURLOPT_PASSWORD, mail.password.c_str());
  }
  set(CURLOPT_MAIL_FROM, mail.from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients);
  set(CURLOPT_CONNECTTIMEOUT_MS, curl_milliseconds(mail.connect_timeout));
  set(CURLOPT_TIMEOUT_MS, curl_milliseconds(mail.timeout));
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.content.size()));
  set(CURLOPT_READFUNCTION, &give_content);
  set(CURLOPT_READDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &take_line);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &abort_when_stopped);
  set(CURLOPT_XFERINFODATA, &stop);
  set(CURLOPT_NOPROGRESS, 0L);
}

/// Whether another attempt may do better, although the server did not say so.
bool is_temporary(CURLcode result) {
  constexpr std::array passing = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
                                  CURLE_GOT_NOTHING,          CURLE_SEND_ERROR,      CURLE_RECV_ERROR,
                                  CURLE_PARTIAL_FILE};
  return std::ranges::find(passing, result) != passing.end();
}

}  // namespace

MailResult send_mail(const Mail& mail, const base::Secrets& secrets, const std::stop_token& stop) {
  const CurlLibrary& curl = CurlLibrary::get();
  const Handle easy(curl.easy_init(), curl.easy_cleanup);
  if (!easy) throw base::Error("libcurl could not make a handle");
  const Recipients recipients = recipients_of(curl, mail);
  MailTransfer transfer{.rest = mail.content, .refusal = {}, .last_line = {}};
  char error_text[CURL_ERROR_SIZE] = "";
  configure_mail(curl, easy.get(), mail, recipients.get(), transfer, stop, error_text);

  HostGate gate(mail.hosts, mail.url);
  gate.install(curl, easy.get());
  if (gate.is_closed()) return {.text = secrets.mask(gate.refusal())};

  const CURLcode result = curl.easy_perform(easy.get());
  if (result == CURLE_ABORTED_BY_CALLBACK) throw base::Error("mail: stopped");
  if (result == CURLE_UNSUPPORTED_PROTOCOL) throw base::Error("mail: this libcurl cannot speak SMTP");
  long code = 0;
  curl.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &code);

  MailResult outcome{.sent = result == CURLE_OK, .code = static_cast<int>(code), .text = transfer.last_line};
  if (!outcome.sent) {
    const bool refused = outcome.code >= 400;
    outcome.temporary = refused ? outcome.code <= 499 : is_temporary(result);
    outcome.text = error_text[0] != '\0' ? error_text : curl.easy_strerror(result);
    if (result == CURLE_COULDNT_CONNECT && !gate.refusal().empty()) {
      outcome.text = gate.refusal();
      outcome.temporary = false;
    }
    if (!transfer.refusal.empty()) outcome.text += ": " + transfer.refusal;
  }
  outcome.text = base::printable(secrets.mask(outcome.text), 400);
  return outcome;
}

std::vector<std::string> plan_text(const Mail& mail) {
  std::vector<std::string> lines = {fmt::format("MAIL {} from {} to {}", base::printable(mail.url, 2000),
                                                base::printable(mail.from),
                                                base::printable(base::join(mail.to, ", ")))};
  for (const std::string& line : base::split(mail.content, '\n'))
    lines.push_back("  " + base::printable(base::trim(line), 2000));
  while (lines.size() > 1 && base::trim(lines.back()).empty()) lines.pop_back();
  return lines;
}

}  // namespace iter8::web
