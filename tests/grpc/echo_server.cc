#include "tests/grpc/echo_server.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>

#include "echo.grpc.pb.h"

namespace iter8::tests {

namespace {

using ::grpc::ServerContext;
using ::grpc::Status;
using iter8::test::Reply;
using iter8::test::Request;

std::string content_of(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) throw std::runtime_error("cannot read " + file);
  return content.str();
}

class EchoService final : public iter8::test::Echo::Service {
 public:
  explicit EchoService(std::function<void(const std::string&)> note) : note_(std::move(note)) {}

  Status Unary(ServerContext* context, const Request* request, Reply* reply) override {
    begin(*context, "Unary");
    return answer(*context, "Unary", *request, 1, *reply);
  }

  Status Collect(ServerContext* context, ::grpc::ServerReader<Request>* reader, Reply* reply) override {
    begin(*context, "Collect");
    Request request;
    Request last;
    std::string texts;
    int count = 0;
    while (reader->Read(&request)) {
      note("in Collect " + request.text());
      texts += (count > 0 ? "," : "") + request.text();
      last = request;
      ++count;
      if (request.status() != 0) break;
    }
    last.set_text(texts);
    return fill(*context, "Collect", last, count, *reply);
  }

  Status Expand(ServerContext* context, const Request* request,
                ::grpc::ServerWriter<Reply>* writer) override {
    begin(*context, "Expand");
    note("in Expand " + request->text());
    for (int number = 1; number <= request->replies(); ++number) {
      Reply reply;
      Request plain = *request;
      plain.set_status(0);
      fill(*context, "Expand", plain, number, reply);
      if (!writer->Write(reply)) break;
    }
    return status_of(*request);
  }

  Status Chat(ServerContext* context, ::grpc::ServerReaderWriter<Reply, Request>* stream) override {
    begin(*context, "Chat");
    Request request;
    for (int number = 1; stream->Read(&request); ++number) {
      Reply reply;
      const Status status = answer(*context, "Chat", request, number, reply);
      if (!status.ok()) return status;
      if (!stream->Write(reply)) break;
    }
    return Status::OK;
  }

 private:
  void note(const std::string& line) {
    if (!note_) return;
    const std::lock_guard lock(mutex_);
    note_(line);
  }

  void begin(ServerContext& context, const std::string& method) {
    std::string line = "call " + method;
    for (const auto& [name, value] : context.client_metadata())
      line += " " + std::string(name.data(), name.size()) + "=" + std::string(value.data(), value.size());
    const auto left = context.deadline() - std::chrono::system_clock::now();
    line += " left=" + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
    note(line);
  }

  Status answer(ServerContext& context, const std::string& method, const Request& request, int number,
                Reply& reply) {
    note("in " + method + " " + request.text());
    return fill(context, method, request, number, reply);
  }

  Status fill(ServerContext& context, const std::string& method, const Request& request, int number,
              Reply& reply) {
    wait(context, std::chrono::milliseconds(request.delay_ms()));
    if (request.gzip()) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    if (request.status() != 0) return status_of(request);
    reply.set_text(request.text());
    reply.set_number(number);
    reply.set_padding(std::string(static_cast<std::size_t>(request.padding()), 'x'));
    note("out " + method + " " + reply.text());
    return Status::OK;
  }

  /// A slow service; ends early when the call has ended.
  static void wait(const ServerContext& context, std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until && !context.IsCancelled())
      std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(
          until - std::chrono::steady_clock::now(), std::chrono::milliseconds(5)));
  }

  static Status status_of(const Request& request) {
    if (request.status() == 0) return Status::OK;
    return {static_cast<::grpc::StatusCode>(request.status()), request.status_text()};
  }

  std::mutex mutex_;
  std::function<void(const std::string&)> note_;
};

}  // namespace

struct EchoServer::Parts {
  explicit Parts(std::function<void(const std::string&)> note) : service(std::move(note)) {}

  EchoService service;
  std::unique_ptr<::grpc::Server> server;
};

EchoServer::EchoServer(Settings settings) {
  static const bool with_plugins = [] {
    ::grpc::EnableDefaultHealthCheckService(true);
    ::grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(with_plugins);
  parts_ = std::make_unique<Parts>(settings.note);
  std::shared_ptr<::grpc::ServerCredentials> credentials = ::grpc::InsecureServerCredentials();
  if (!settings.certificate.empty()) {
    ::grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({content_of(settings.key), content_of(settings.certificate)});
    if (!settings.client_authority.empty()) {
      options.pem_root_certs = content_of(settings.client_authority);
      options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    }
    credentials = ::grpc::SslServerCredentials(options);
  }
  ::grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port_);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(-1);
  builder.RegisterService(&parts_->service);
  parts_->server = builder.BuildAndStart();
  if (!parts_->server) throw std::runtime_error("the gRPC server does not start");
}

EchoServer::~EchoServer() {
  stop();
}

void EchoServer::stop() {
  parts_->server->Shutdown(std::chrono::system_clock::now());
}

}  // namespace iter8::tests
