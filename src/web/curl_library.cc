#include "web/curl_library.h"

#include <algorithm>
#include <memory>
#include <stop_token>

#include "base/error.h"
#include "base/shared_library.h"

namespace iter8::web {

CurlLibrary::CurlLibrary() {
  const base::SharedLibrary library("libcurl.so.4", "call an HTTP API", "libcurl4");
  library.bind("curl_easy_init", easy_init);
  library.bind("curl_easy_cleanup", easy_cleanup);
  library.bind("curl_easy_reset", easy_reset);
  library.bind("curl_easy_setopt", easy_setopt);
  library.bind("curl_easy_perform", easy_perform);
  library.bind("curl_easy_getinfo", easy_getinfo);
  library.bind("curl_easy_strerror", easy_strerror);
  library.bind("curl_slist_append", slist_append);
  library.bind("curl_slist_free_all", slist_free_all);
  library.bind("curl_url", url);
  library.bind("curl_url_set", url_set);
  library.bind("curl_url_get", url_get);
  library.bind("curl_url_cleanup", url_cleanup);
  library.bind("curl_free", free);
  library.bind("curl_getdate", getdate);
  decltype(&curl_global_init) global_init = nullptr;
  library.bind("curl_global_init", global_init);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw base::Error("libcurl could not be initialised");
}

const CurlLibrary& CurlLibrary::get() {
  static const CurlLibrary library;
  return library;
}

std::string part_of(const std::string& url, CURLUPart part) {
  const CurlLibrary& curl = CurlLibrary::get();
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl.url(), curl.url_cleanup);
  char* text = nullptr;
  if (!parsed || curl.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl.url_get(parsed.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
    return {};
  std::string result(text);
  curl.free(text);
  return result;
}

long curl_milliseconds(base::Duration duration) {
  return std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

int abort_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

}  // namespace iter8::web
