#include "web/exchange.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "web/host_gate.h"

namespace iter8::web {

namespace {

constexpr std::size_t kHeaderLimit = 256 * 1024;  // bytes of all headers of a response

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What the callbacks fill while a transfer runs.
struct HttpTransfer {
  Response response;
  std::size_t limit = 0;
  std::size_t header_bytes = 0;
  std::string refusal;  // why the program itself ended the transfer
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<HttpTransfer*>(user);
  const std::size_t bytes = size * count;
  if (transfer.response.body.size() + bytes > transfer.limit) {
    transfer.refusal = fmt::format("the response is larger than {} bytes", transfer.limit);
    return 0;
  }
  transfer.response.body.append(data, bytes);
  return bytes;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<HttpTransfer*>(user);
  transfer.header_bytes += size * count;
  if (transfer.header_bytes > kHeaderLimit) {
    transfer.refusal = fmt::format("the headers of the response are larger than {} bytes", kHeaderLimit);
    return 0;
  }
  Headers& headers = transfer.response.headers;
  const std::string_view line = base::trim(std::string_view(data, size * count));
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    headers.clear();  // of an interim response or a proxy
  } else if (colon != std::string_view::npos) {
    headers.emplace_back(base::lower(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
  }
  return size * count;
}

HeaderList header_list(const CurlLibrary& curl, const Headers& headers) {
  HeaderList list(nullptr, curl.slist_free_all);
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl.slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw base::Error("out of memory for request headers");
    static_cast<void>(list.release());
    list.reset(longer);
  };
  append("Expect:");  // no second of waiting for a 100 that many servers never send
  bool typed = false;
  for (const auto& [name, value] : headers) {
    if (value.find_first_of("\r\n") != std::string::npos || name.find_first_of("\r\n:") != std::string::npos)
      throw base::Error("header '" + base::printable(name) + "' has a line break or colon where none may be");
    append(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
    typed = typed || base::lower(name) == "content-type";
  }
  if (!typed) append("Content-Type:");  // libcurl would call any body a form
  return list;
}

bool sends_body(const Request& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

void configure_tls(const CurlLibrary& curl, CURL* easy, const TlsSettings& tls) {
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy, option, value); };
  if (!tls.ca.empty()) {
    set(CURLOPT_CAINFO, tls.ca.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!tls.cert.empty()) set(CURLOPT_SSLCERT, tls.cert.c_str());
  if (!tls.key.empty()) set(CURLOPT_SSLKEY, tls.key.c_str());
  if (tls.insecure) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void configure_request(const CurlLibrary& curl, CURL* easy, const Request& request, const curl_slist* headers,
                       HttpTransfer& transfer, const std::stop_token& stop, char* error_text) {
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy, option, value); };
  set(CURLOPT_ERRORBUFFER, error_text);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent is not waited for beyond the timeout
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_USERAGENT, "iter8");
  // Compression is not asked for: answers are small, and Prometheus takes three times as long for one.
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_CONNECTTIMEOUT_MS, curl_milliseconds(request.connect_timeout));
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &abort_when_stopped);
  set(CURLOPT_XFERINFODATA, &stop);
  set(CURLOPT_NOPROGRESS, 0L);
  configure_tls(curl, easy, request.tls);
  if (request.http == HttpVersion::two) {
    const bool secure = part_of(request.url, CURLUPART_SCHEME) == "https";
    set(CURLOPT_HTTP_VERSION,
        static_cast<long>(secure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
    // libcurl 7.88 cannot send a second request on a connection that began with HTTP/2 by prior knowledge.
    set(CURLOPT_FORBID_REUSE, 1L);
  }
  if (sends_body(request)) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

/// Failures of the way there and back; all others (a certificate, a URL, a size) stay as they are.
bool is_transient(CURLcode code) {
  constexpr std::array transient = {CURLE_COULDNT_RESOLVE_PROXY,
                                    CURLE_COULDNT_RESOLVE_HOST,
                                    CURLE_COULDNT_CONNECT,
                                    CURLE_PARTIAL_FILE,
                                    CURLE_OPERATION_TIMEDOUT,
                                    CURLE_SSL_CONNECT_ERROR,
                                    CURLE_GOT_NOTHING,
                                    CURLE_SEND_ERROR,
                                    CURLE_RECV_ERROR,
                                    CURLE_HTTP2,
                                    CURLE_HTTP2_STREAM};
  return std::ranges::find(transient, code) != transient.end();
}

}  // namespace

CurlSession::CurlSession(base::HostPolicy hosts)
    : curl_(CurlLibrary::get()), hosts_(std::move(hosts)), easy_(curl_.easy_init(), curl_.easy_cleanup) {
  if (!easy_) throw base::Error("libcurl could not make a handle");
}

Exchange CurlSession::exchange(const Request& request, base::Duration time_left,
                               const std::stop_token& stop) {
  CURL* easy = easy_.get();
  curl_.easy_reset(easy);  // options only: connections stay
  const HeaderList headers = header_list(curl_, request.headers);
  HttpTransfer transfer{.response = {}, .limit = request.response_limit, .refusal = {}};
  char error_text[CURL_ERROR_SIZE] = "";
  configure_request(curl_, easy, request, headers.get(), transfer, stop, error_text);
  curl_.easy_setopt(easy, CURLOPT_TIMEOUT_MS, curl_milliseconds(time_left));

  HostGate gate(hosts_, request.url);
  gate.install(curl_, easy);
  if (gate.is_closed()) return {.response = {}, .location = {}, .failure = gate.refusal()};

  const CURLcode code = curl_.easy_perform(easy);
  Exchange result;
  if (code != CURLE_OK) {
    result.failure = error_text[0] != '\0' ? error_text : curl_.easy_strerror(code);
    if (!transfer.refusal.empty()) result.failure = transfer.refusal;
    if (code == CURLE_ABORTED_BY_CALLBACK) result.failure = "stopped";
    result.transient = is_transient(code);
    if (code == CURLE_COULDNT_CONNECT && !gate.refusal().empty()) {
      result.failure = gate.refusal();
      result.transient = false;
    }
    long request_bytes = 0;
    curl_.easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    result.received = request_bytes > 0;
    return result;
  }
  long status = 0;
  curl_.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  char* target = nullptr;
  curl_.easy_getinfo(easy, CURLINFO_REDIRECT_URL, &target);
  result.location = target == nullptr ? "" : target;
  result.response = std::move(transfer.response);
  return result;
}

bool same_origin(const std::string& one, const std::string& other) {
  return std::ranges::all_of(
      std::array{CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT},
      [&](CURLUPart part) { return base::lower(part_of(one, part)) == base::lower(part_of(other, part)); });
}

std::string request_line(const Request& request) {
  const std::string host = part_of(request.url, CURLUPART_HOST);
  if (host.empty()) return request.method + " " + base::printable(request.url);
  return base::printable(
      fmt::format("{} {}://{}:{}{}", request.method, part_of(request.url, CURLUPART_SCHEME), host,
                  part_of(request.url, CURLUPART_PORT), part_of(request.url, CURLUPART_PATH)));
}

}  // namespace iter8::web
