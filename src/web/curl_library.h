#pragma once

#include <string>

#include <curl/curl.h>

#include "base/clock.h"

namespace iter8::web {

/// libcurl, loaded when the first API call is made and not before. Linked the ordinary way it brings some
/// twenty libraries into every run: measured 5 MiB of memory and 4 ms at each start, also for a plain load
/// test or `iter8 version`, which never call an API.
class CurlLibrary {
 public:
  /// The library, loaded and initialised once. Thread-safe. Throws base::Error when it is not installed.
  static const CurlLibrary& get();

  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_reset) easy_reset;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_url) url;
  decltype(&curl_url_set) url_set;
  decltype(&curl_url_get) url_get;
  decltype(&curl_url_cleanup) url_cleanup;
  decltype(&curl_free) free;
  decltype(&curl_getdate) getdate;

 private:
  CurlLibrary();
};

/// A part of a URL, with the scheme's own port where it gives none; an empty text when the URL is wrong or
/// has no such part.
std::string part_of(const std::string& url, CURLUPart part);

/// A duration as libcurl takes it: at least 1, because 0 would mean "no limit".
long curl_milliseconds(base::Duration duration);

/// A CURLOPT_XFERINFOFUNCTION whose data is a `const std::stop_token*`: ends the transfer with
/// CURLE_ABORTED_BY_CALLBACK once a stop was requested.
int abort_when_stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

}  // namespace iter8::web
