#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::tasks::grpc {

/// Which side of a call sends a stream of messages instead of one.
enum class Streaming { none, client, server, both };

class Method;

/// What is known of services: their methods, and the messages that these take. Immutable; may be used by
/// several threads once it is made.
class Description {
 public:
  /// From a .proto file. What it imports is looked for in `import_paths`, then in the folder of the file; the
  /// files google/protobuf/*.proto are known. Throws base::UsageError with file, line and column of each
  /// problem.
  static Description of_proto(const std::filesystem::path& file,
                              const std::vector<std::filesystem::path>& import_paths);
  /// From a file that `protoc --include_imports --descriptor_set_out` wrote. Throws base::UsageError.
  static Description of_protoset(const std::filesystem::path& file);
  /// From FileDescriptorProto messages in any order. Throws base::Error, also where one is missing that
  /// another imports.
  static Description of_files(const std::vector<std::string>& serialised);

  Description(Description&&) noexcept;
  Description& operator=(Description&&) noexcept;
  ~Description();

  /// The method that "package.Service/Method" or "package.Service.Method" names. Throws base::UsageError
  /// that names what there is. The method refers to this description.
  Method method(std::string_view call) const;
  /// Full names, sorted.
  std::vector<std::string> services() const;

 private:
  friend class Method;
  struct Parts;
  explicit Description(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

/// One method of a service. A small value; its Description outlives it.
class Method {
 public:
  /// The path of the request: "/package.Service/Method".
  const std::string& path() const { return path_; }
  Streaming streaming() const { return streaming_; }

  /// The request message that the JSON text stands for (the JSON mapping of Protocol Buffers), serialised.
  /// Throws base::Error that names the path of what does not fit, what was found and what was expected.
  /// Thread-safe.
  std::string encode(std::string_view json) const;
  /// Throws base::Error for bytes that are not a request message. Thread-safe.
  void check_request(std::string_view bytes) const;
  /// The response as JSON. Throws base::Error for bytes that are not such a message. Thread-safe.
  std::string decode_response(std::string_view bytes) const;

 private:
  friend class Description;
  const Description::Parts* parts_ = nullptr;
  std::string path_;
  Streaming streaming_ = Streaming::none;
  std::string request_type_;
  std::string response_type_;
};

/// "package.Service" and "Method" of a call in either spelling. Throws base::UsageError.
struct CallName {
  std::string service;
  std::string method;
};
CallName parse_call(std::string_view call);

}  // namespace iter8::tasks::grpc
