#include "web/client.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "web/curl_library.h"

namespace iter8::web {

namespace {

constexpr int kMostRedirects = 5;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What the callbacks fill while a transfer runs.
struct Transfer {
  Response response;
  std::size_t limit = 0;
  bool too_large = false;
  const std::stop_token& stop;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  if (transfer.response.body.size() + bytes > transfer.limit) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, bytes);
  return bytes;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& headers = static_cast<Transfer*>(user)->response.headers;
  const std::string_view line = base::trim(std::string_view(data, size * count));
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    headers.clear();  // of an interim response or a proxy
  } else if (colon != std::string_view::npos) {
    headers.emplace_back(base::lower(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
  }
  return size * count;
}

int watch_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->stop.stop_requested() ? 1 : 0;
}

/// A part of a URL, or an empty text when the URL or the part is none.
std::string part_of(const CurlLibrary& curl, const std::string& url, CURLUPart part) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl.url(), curl.url_cleanup);
  char* text = nullptr;
  if (!parsed || curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl.url_get(parsed.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
    return {};
  std::string result(text);
  curl.free(text);
  return result;
}

bool same_place(const CurlLibrary& curl, const std::string& one, const std::string& other) {
  return std::ranges::all_of(
      std::array{CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT}, [&](CURLUPart part) {
        return base::lower(part_of(curl, one, part)) == base::lower(part_of(curl, other, part));
      });
}

/// For messages: a query or user info may hold credentials that nobody registered as secrets.
std::string shown(const CurlLibrary& curl, const Request& request) {
  const std::string host = part_of(curl, request.url, CURLUPART_HOST);
  if (host.empty()) return request.method + " " + base::printable(request.url);
  return base::printable(
      fmt::format("{} {}://{}:{}{}", request.method, part_of(curl, request.url, CURLUPART_SCHEME), host,
                  part_of(curl, request.url, CURLUPART_PORT), part_of(curl, request.url, CURLUPART_PATH)));
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
  for (const auto& [name, value] : headers) {
    if (value.find_first_of("\r\n") != std::string::npos || name.find_first_of("\r\n:") != std::string::npos)
      throw base::Error("header '" + base::printable(name) + "' has a line break or colon where none may be");
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  return list;
}

long milliseconds(base::Duration duration) {
  return std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

void configure(const CurlLibrary& curl, CURL* easy, const Request& request, const curl_slist* headers,
               Transfer& transfer, char* error_text) {
  const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy, option, value); };
  set(CURLOPT_ERRORBUFFER, error_text);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_USERAGENT, "iter8");
  set(CURLOPT_ACCEPT_ENCODING, "");
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_timeout));
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &watch_stop);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  if (!request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

/// One exchange without redirects. Moves `request.url` nowhere; says in `location` where a redirect points.
Response exchange(const CurlLibrary& curl, const Request& request, base::Duration time_left,
                  const base::Secrets& secrets, const std::stop_token& stop, std::string& location) {
  const Handle easy(curl.easy_init(), curl.easy_cleanup);
  if (!easy) throw base::Error("libcurl could not make a handle");
  const HeaderList headers = header_list(curl, request.headers);
  Transfer transfer{.response = {}, .limit = request.response_limit, .stop = stop};
  char error_text[CURL_ERROR_SIZE] = "";
  configure(curl, easy.get(), request, headers.get(), transfer, error_text);
  curl.easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, milliseconds(time_left));

  const CURLcode code = curl.easy_perform(easy.get());
  if (code != CURLE_OK) {
    std::string reason = error_text[0] != '\0' ? error_text : curl.easy_strerror(code);
    if (transfer.too_large)
      reason = fmt::format("the answer is larger than {} bytes", request.response_limit);
    if (code == CURLE_ABORTED_BY_CALLBACK) reason = "stopped";
    throw base::Error(secrets.mask(shown(curl, request) + ": " + base::printable(reason)));
  }
  long status = 0;
  curl.easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  char* target = nullptr;
  curl.easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &target);
  location = target == nullptr ? "" : target;
  return std::move(transfer.response);
}

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return std::nullopt;
}

Response send(const Request& request, const base::Secrets& secrets, const std::stop_token& stop) {
  const CurlLibrary& curl = CurlLibrary::get();
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  const bool may_follow = request.method == "GET" || request.method == "HEAD";
  Request current = request;
  for (int redirects = 0;; ++redirects) {
    std::string location;
    const auto left = deadline - std::chrono::steady_clock::now();
    Response response = exchange(curl, current, left, secrets, stop, location);
    if (location.empty() || !may_follow || !same_place(curl, current.url, location)) return response;
    if (redirects == kMostRedirects)
      throw base::Error(
          secrets.mask(fmt::format("{}: more than {} redirects", shown(curl, request), kMostRedirects)));
    current.url = location;
  }
}

Response send_expecting_success(const Request& request, const base::Secrets& secrets,
                                const std::stop_token& stop) {
  Response response = send(request, secrets, stop);
  if (response.status >= 200 && response.status <= 299) return response;
  // Masked before it is cut, so that a cut cannot leave half of a secret.
  const std::string preview = base::printable(secrets.mask(base::trim(response.body)));
  throw base::Error(secrets.mask(fmt::format("{}: status {}{}{}", shown(CurlLibrary::get(), request),
                                             response.status, preview.empty() ? "" : ": ", preview)));
}

}  // namespace iter8::web
