// A list of hosts is read or refused, and never allows what it does not name: a special address by a name, a
// name that only ends like one of its entries. The first line is the list, the second a host.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <netinet/in.h>

#include "base/error.h"
#include "base/host_policy.h"

using namespace iter8::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view list = input.substr(0, line);
  const std::string host(input.substr(line + 1));
  HostPolicy policy;
  try {
    policy = HostPolicy::parse(list);
  } catch (const UsageError&) {
    return 0;
  }
  constexpr int port = 443;
  if (policy.is_open()) abort();
  if (policy.allows_name(host, port) && !policy.may_allow(host, port)) abort();
  static_cast<void>(HostPolicy::refusal(host, port, host));
  sockaddr_in metadata{};
  metadata.sin_family = AF_INET;
  metadata.sin_port = htons(port);
  metadata.sin_addr.s_addr = htonl(0xA9FEA9FE);  // 169.254.169.254
  sockaddr_storage storage{};
  std::memcpy(&storage, &metadata, sizeof metadata);
  const bool names_addresses = list.find('/') != std::string_view::npos ||
                               list.find("169.254.169.254") != std::string_view::npos ||
                               list.find(':') != std::string_view::npos;
  if (!names_addresses && policy.allows(reinterpret_cast<const sockaddr&>(storage), host, port)) abort();
  return 0;
}
