#include "tasks/grpc/description/reflection.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "load/engine.h"
#include "load/grpc_status.h"
#include "tasks/grpc/description/part_count.h"
#include "tasks/grpc/description/reflection_message.h"

namespace iter8::tasks::grpc {
namespace {

constexpr std::size_t kMostDescribed = 1000;
constexpr std::size_t kMostParts = 1'000'000;  // 8 MiB and more, as people write them
constexpr int kNotFound = 5;                   // a status of gRPC
constexpr std::size_t kLargestAnswer = std::size_t{16} << 20;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // of all answers

constexpr std::string_view kVersions[] = {"v1", "v1alpha"};

/// Asks one server questions, in the version of the service that it has.
class Reflector {
 public:
  Reflector(const ReflectionServer& server, const std::stop_token& stop) : server_(server), stop_(stop) {}

  ReflectionAnswer ask(ReflectionQuestion question, std::string_view argument) {
    while (true) {
      std::optional<ReflectionAnswer> answer = try_to_ask(question, argument);
      if (answer) return std::move(*answer);
      if (++version_ == std::size(kVersions))
        throw base::Error("the server offers no reflection: give `proto` or `protoset`");
    }
  }

 private:
  std::string why_unanswered(const load::Tally& tally) const {
    if (!tally.first_error.empty()) return base::printable(tally.first_error, 300);
    if (stop_.stop_requested()) return "stopped";
    return fmt::format("no answer within {}", base::to_text(server_.timeout));
  }

  /// Nothing when the server does not know the service.
  std::optional<ReflectionAnswer> try_to_ask(ReflectionQuestion question, std::string_view argument) {
    std::string answer;
    load::Plan plan{.targets = {server_.target},
                    .arrival = load::Arrival::closed,
                    .http = load::HttpVersion::two,
                    .connections = 1,
                    .requests = 1,
                    .timeout = server_.timeout,
                    .workers = 1,
                    .hosts = server_.hosts};
    load::Target& target = plan.targets.front();
    target.url.target =
        fmt::format("/grpc.reflection.{}.ServerReflection/ServerReflectionInfo", kVersions[version_]);
    // A stream in both directions; one question gets one answer, so it is unary to us, and more is an error.
    target.grpc = load::GrpcCall{.messages = {reflection_request(question, argument)},
                                 .observer = [&](std::string_view message) { answer = message; },
                                 .message_limit = kLargestAnswer};
    const load::Tally tally = load::run(plan, {}, stop_).targets.front();
    if (tally.statuses.empty()) throw base::Error(why_unanswered(tally));
    const auto status = static_cast<load::GrpcStatus>(tally.statuses.front().first);
    if (status == load::GrpcStatus::unimplemented) return std::nullopt;
    if (status != load::GrpcStatus::ok)
      throw base::Error("the server refuses reflection: " + base::printable(tally.first_error, 300));
    bytes_ += answer.size();
    if (bytes_ > kMostBytes)
      throw base::Error(fmt::format("the server's answers have more than {} MiB", kMostBytes >> 20));
    return parse_reflection_response(answer);
  }

  const ReflectionServer& server_;
  const std::stop_token& stop_;
  std::size_t version_ = 0;
  std::size_t bytes_ = 0;  // of all answers
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
  std::size_t parts = 0;
  const auto take = [&](const std::vector<std::string>& serialised) {
    for (const std::string& bytes : serialised) {
      parts += count_description_parts(bytes);
      if (parts > kMostParts)
        throw base::Error(fmt::format("the server describes more than {} parts", kMostParts));
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

Description describe_by_reflection(const ReflectionServer& server, std::string_view call,
                                   const std::stop_token& stop) {
  const CallName name = parse_call(call);
  Reflector reflector(server, stop);
  try {
    return describe(reflector, name.service);
  } catch (const base::Error& problem) {
    const net::Url& url = server.target.url;
    throw base::Error(fmt::format("reflection of {}://{}: {}", url.secure ? "https" : "http", url.authority(),
                                  problem.what()));
  }
}

}  // namespace iter8::tasks::grpc
