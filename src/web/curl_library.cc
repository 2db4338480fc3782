#include "web/curl_library.h"

#include <string>

#include <dlfcn.h>

#include "base/error.h"

namespace iter8::web {

namespace {

constexpr const char* kName = "libcurl.so.4";

void* open_library() {
  // Never closed: libcurl and what it loads keep state for the life of the process.
  void* handle = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    throw base::Error(std::string("cannot call an HTTP API: ") + ::dlerror() +
                      " (Debian's package is libcurl4)");
  return handle;
}

template <typename Function>
void bind(void* handle, const char* symbol, Function& function) {
  void* address = ::dlsym(handle, symbol);
  if (address == nullptr) throw base::Error(std::string(kName) + " has no function " + symbol);
  function = reinterpret_cast<Function>(address);
}

}  // namespace

CurlLibrary::CurlLibrary() {
  void* handle = open_library();
  bind(handle, "curl_easy_init", easy_init);
  bind(handle, "curl_easy_cleanup", easy_cleanup);
  bind(handle, "curl_easy_reset", easy_reset);
  bind(handle, "curl_easy_setopt", easy_setopt);
  bind(handle, "curl_easy_perform", easy_perform);
  bind(handle, "curl_easy_getinfo", easy_getinfo);
  bind(handle, "curl_easy_strerror", easy_strerror);
  bind(handle, "curl_slist_append", slist_append);
  bind(handle, "curl_slist_free_all", slist_free_all);
  bind(handle, "curl_url", url);
  bind(handle, "curl_url_set", url_set);
  bind(handle, "curl_url_get", url_get);
  bind(handle, "curl_url_cleanup", url_cleanup);
  bind(handle, "curl_free", free);
  bind(handle, "curl_getdate", getdate);
  decltype(&curl_global_init) global_init = nullptr;
  bind(handle, "curl_global_init", global_init);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw base::Error("libcurl could not be initialised");
}

const CurlLibrary& CurlLibrary::get() {
  static const CurlLibrary library;
  return library;
}

}  // namespace iter8::web
