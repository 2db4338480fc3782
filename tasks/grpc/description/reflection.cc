#include "tasks/grpc/description/reflection.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "tasks/grpc/description/reflection_message.h"

namespace iter8::tasks::grpc {
namespace {

constexpr std::size_t kMostDescribed = 1000;
constexpr std::size_t kPrefix = 5;  // of a message: a flag and four bytes of length
// Statuses of gRPC.
constexpr int kNotFound = 5;
constexpr int kUnimplemented = 12;

constexpr std::string_view kVersions[] = {"v1", "v1alpha"};

std::string framed(std::string_view message) {
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(message.size() >> shift & 0xff);
  return frame + std::string(message);
}

/// The first message of a body, without its frame.
std::string_view unframed(std::string_view body) {
  std::size_t size = 0;
  for (std::size_t i = 1; i < kPrefix && i < body.size(); ++i)
    size = size << 8 | static_cast<unsigned char>(body[i]);
  if (body.size() < kPrefix || body[0] != 0 || body.size() - kPrefix < size)
    throw base::Error("expected a message of gRPC, found other bytes");
  return body.substr(kPrefix, size);
}

/// Asks one server questions, in the version of the service that it has.
class Reflector {
 public:
  Reflector(const ReflectionServer& server, web::Client& client, const std::stop_token& stop)
      : server_(server), client_(client), stop_(stop) {}

  ReflectionAnswer ask(ReflectionQuestion question, std::string_view argument) {
    while (true) {
      std::optional<ReflectionAnswer> answer = try_to_ask(question, argument);
      if (answer) return std::move(*answer);
      if (++version_ == std::size(kVersions))
        throw base::Error("the server offers no reflection: give `proto` or `protoset`");
    }
  }

 private:
  /// Nothing when the server does not know the service.
  std::optional<ReflectionAnswer> try_to_ask(ReflectionQuestion question, std::string_view argument) {
    web::Request request{.method = "POST",
                         .url = fmt::format("{}/grpc.reflection.{}.ServerReflection/ServerReflectionInfo",
                                            server_.url, kVersions[version_]),
                         .headers = server_.metadata,
                         .body = framed(reflection_request(question, argument)),
                         .connect_timeout = server_.timeout,
                         .timeout = server_.timeout,
                         .tls = server_.tls,
                         .repeat = web::Repeat::always,
                         .http = web::HttpVersion::two};
    request.headers.emplace_back("content-type", "application/grpc");
    request.headers.emplace_back("te", "trailers");
    const web::Response response = client_.send(request, stop_);
    const std::optional<std::string_view> status = response.header("grpc-status");
    if (response.status == 404 || status == std::to_string(kUnimplemented)) return std::nullopt;
    if (response.status != 200)
      throw base::Error(
          fmt::format("the server answers the question for its services with status {}", response.status));
    if (status && *status != "0")
      throw base::Error(fmt::format("the server refuses reflection: status {} ({})", base::printable(*status),
                                    base::printable(response.header("grpc-message").value_or(""))));
    return parse_reflection_response(unframed(response.body));
  }

  const ReflectionServer& server_;
  web::Client& client_;
  const std::stop_token& stop_;
  std::size_t version_ = 0;
};

[[noreturn]] void fail_unknown(Reflector& reflector, const std::string& service,
                               const ReflectionAnswer& answer) {
  if (answer.error_code != kNotFound && answer.error_code != 0)
    throw base::Error(fmt::format("the server does not describe '{}': status {} ({})",
                                  base::printable(service), answer.error_code,
                                  base::printable(answer.error_message)));
  const ReflectionAnswer all = reflector.ask(ReflectionQuestion::list_services, "");
  std::string there = base::suggestion(service, all.services);
  if (there.empty() && !all.services.empty())
    there = "; there are " + base::printable(base::join(all.services, ", "), 500);
  throw base::Error(fmt::format("the server has no service '{}'{}", base::printable(service), there));
}

Description describe(Reflector& reflector, const std::string& service) {
  const ReflectionAnswer first = reflector.ask(ReflectionQuestion::file_containing_symbol, service);
  if (first.files.empty()) fail_unknown(reflector, service, first);
  std::map<std::string, std::string> files;  // by name
  std::deque<std::string> wanted;            // names of imports
  const auto take = [&](const std::vector<std::string>& serialised) {
    for (const std::string& bytes : serialised) {
      FileNames names = names_of_file(bytes);
      if (!files.emplace(names.name, bytes).second) continue;
      wanted.insert(wanted.end(), names.imports.begin(), names.imports.end());
    }
    if (files.size() > kMostDescribed)
      throw base::Error(fmt::format("the server describes more than {} files", kMostDescribed));
  };
  take(first.files);
  std::set<std::string> asked;
  while (!wanted.empty()) {
    const std::string name = std::move(wanted.front());
    wanted.pop_front();
    if (files.contains(name) || name.starts_with("google/protobuf/") || !asked.insert(name).second) continue;
    if (asked.size() > kMostDescribed)
      throw base::Error(fmt::format("the files import more than {} others", kMostDescribed));
    take(reflector.ask(ReflectionQuestion::file_by_name, name).files);
  }
  std::vector<std::string> serialised;
  serialised.reserve(files.size());
  for (const auto& file : files) serialised.push_back(file.second);
  return Description::of_files(serialised);
}

}  // namespace

Description describe_by_reflection(const ReflectionServer& server, std::string_view call, web::Client& client,
                                   const std::stop_token& stop) {
  const CallName name = parse_call(call);
  Reflector reflector(server, client, stop);
  try {
    return describe(reflector, name.service);
  } catch (const base::Error& problem) {
    throw base::Error(fmt::format("reflection of {}: {}", base::printable(server.url), problem.what()));
  }
}

}  // namespace iter8::tasks::grpc
