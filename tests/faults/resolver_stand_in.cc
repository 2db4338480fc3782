// A getaddrinfo for LD_PRELOAD, so that a test decides what names mean and how that changes: STAND_IN_NAMES
// is "name=10.0.0.1/10.0.0.2;other=::1", a name's addresses one after the other, one a look-up, the last one
// from then on; "name=10.0.0.1+10.0.0.2" has both at once.
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include <dlfcn.h>
#include <netdb.h>

namespace {

std::string next_of(std::string name) {
  static std::mutex mutex;
  static std::map<std::string, int> look_ups;
  const std::lock_guard lock(mutex);
  const char* given = std::getenv("STAND_IN_NAMES");
  const std::string names = ";" + std::string(given == nullptr ? "" : given) + ";";
  const std::size_t at = names.find(";" + name + "=");
  if (at == std::string::npos) return {};
  std::string list = names.substr(at + name.size() + 2);
  list.resize(list.find(';'));
  for (int i = look_ups[name]++; i > 0 && list.find('/') != std::string::npos; --i)
    list.erase(0, list.find('/') + 1);
  return list.substr(0, list.find('/'));
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** result) {
  static const auto real = reinterpret_cast<decltype(&::getaddrinfo)>(
      ::dlsym(RTLD_NEXT, "getaddrinfo"));  // NOLINT: dlsym's interface
  const std::string addresses = node == nullptr ? "" : next_of(node);
  const std::size_t plus = addresses.find('+');
  if (addresses.empty()) return real(node, service, hints, result);
  const int code = real(addresses.substr(0, plus).c_str(), service, hints, result);
  if (code != 0 || plus == std::string::npos) return code;
  addrinfo* last = *result;
  while (last->ai_next != nullptr) last = last->ai_next;
  return real(addresses.substr(plus + 1).c_str(), service, hints, &last->ai_next);
}
