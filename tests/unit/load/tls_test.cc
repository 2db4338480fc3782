// TLS against servers with certificates of a private authority, which the tests make with the openssl
// command.
#include <array>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/error.h"
#include "base/process.h"
#include "tests/unit/load/cases.h"

namespace iter8::load::testing {
namespace {

/// A directory with an authority and certificates it signed, removed at the end.
class Authority {
 public:
  Authority() {
    std::string pattern = (std::filesystem::temp_directory_path() / "iter8-tls-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test authority"});
  }
  ~Authority() { std::filesystem::remove_all(directory_); }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// Signs a certificate for these names, "DNS:localhost,IP:127.0.0.1", into NAME.pem and NAME.key.
  void sign(const std::string& name, const std::string& names) const {
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name, "-addext",
             "subjectAltName=" + names});
    openssl({"x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
             "-days", "2", "-copy_extensions", "copy", "-out", name + ".pem"});
  }

  std::string file(const std::string& name) const { return directory_ / name; }

 private:
  void openssl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "openssl");
    const base::Completion completion =
        base::run_process({.arguments = std::move(arguments),
                           .environment = base::Environment::of_process().entries(),
                           .directory = directory_,
                           .input = {}},
                          {});
    INFO(completion.errors);
    REQUIRE(completion.code == 0);
  }

  std::filesystem::path directory_;
};

ScriptedServer::Options options_of(const Authority& authority, const std::string& name,
                                   const std::string& client_ca = {}) {
  return {.tls = ScriptedServer::Tls{.cert = authority.file(name + ".pem"),
                                     .key = authority.file(name + ".key"),
                                     .client_ca = client_ca}};
}

Plan plan_trusting(const Authority& authority, const ScriptedServer& server) {
  Plan plan = closed_plan(server.url(), 3);
  plan.targets[0].tls.ca = authority.file("ca.pem");
  return plan;
}

void check_refused(const Plan& plan, const std::string& why) {
  const Tally tally = run_one(plan);
  CHECK(errors_of(tally, ErrorClass::tls) == 3);
  CHECK_THAT(tally.first_error, Catch::Contains(why));
}

TEST_CASE("a certificate of a trusted authority for the right name or address is accepted") {
  const Authority authority;
  authority.sign("server", "DNS:localhost,IP:127.0.0.1");
  const ScriptedServer server(always(response_text(200, std::string(100'000, 'x'))),
                              options_of(authority, "server"));
  Plan plan = plan_trusting(authority, server);
  const Tally by_address = run_one(plan);
  INFO(by_address.first_error);
  CHECK(by_address.completed == 3);
  CHECK(by_address.connects == 1);

  plan.targets[0].url.host = "localhost";
  CHECK(run_one(plan).completed == 3);
}

TEST_CASE("what cannot be verified fails as tls with its reason, unless verification is off") {
  const Authority authority;
  authority.sign("other", "DNS:other.example");
  const ScriptedServer server(always(response_text()), options_of(authority, "other"));
  Plan plan = plan_trusting(authority, server);
  check_refused(plan, "IP address mismatch");
  plan.targets[0].url.host = "localhost";
  check_refused(plan, "hostname mismatch");

  plan.targets[0].tls.server_name = "other.example";
  CHECK(run_one(plan).completed == 3);

  const Authority unknown;
  plan.targets[0].tls.ca = unknown.file("ca.pem");
  check_refused(plan, "certificate verify failed: unable to get local issuer certificate");

  plan.targets[0].tls = {.verification = net::Verification::off};
  CHECK(run_one(plan).completed == 3);
}

TEST_CASE("a server that asks for a client certificate gets it") {
  const Authority authority;
  authority.sign("server", "IP:127.0.0.1");
  authority.sign("client", "DNS:client");
  const ScriptedServer server(always(response_text()),
                              options_of(authority, "server", authority.file("ca.pem")));
  Plan plan = plan_trusting(authority, server);
  check_refused(plan, "certificate required");

  plan.targets[0].tls.cert = authority.file("client.pem");
  plan.targets[0].tls.key = authority.file("client.key");
  CHECK(run_one(plan).completed == 3);
}

TEST_CASE("a server that speaks no TLS fails as tls") {
  const ScriptedServer server([](Conversation& conversation) {
    conversation.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    conversation.wait_for_client();
  });
  Plan plan = closed_plan(server.url(), 3);
  plan.targets[0].url.secure = true;
  check_refused(plan, "wrong version number");
}

TEST_CASE("a server that closes during the handshake fails as tls") {
  std::array<char, 1> byte{};
  const ScriptedServer server([&](Conversation& conversation) { conversation.send({byte.data(), 0}); });
  Plan plan = closed_plan(server.url(), 3);
  plan.targets[0].url.secure = true;
  check_refused(plan, "TLS handshake with 127.0.0.1");
}

TEST_CASE("a close-delimited response over TLS is read to its end") {
  const Authority authority;
  authority.sign("server", "IP:127.0.0.1");
  const ScriptedServer server(
      [](Conversation& conversation) {
        if (conversation.read_request())
          conversation.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(50'000, 'x'));
      },
      options_of(authority, "server"));
  const Tally tally = run_one(plan_trusting(authority, server));
  CHECK(tally.completed == 3);
  CHECK(tally.bytes_received > 150'000);
}

TEST_CASE("certificate files that cannot be used are an error before any request") {
  const Authority authority;
  Plan plan = closed_plan({.secure = true, .host = "127.0.0.1", .port = 1, .target = "/"}, 3);
  plan.targets[0].tls.ca = authority.file("missing.pem");
  CHECK_THROWS_WITH(run(plan, {}, {}), Catch::Contains("missing.pem"));

  plan.targets[0].tls = {.ca = authority.file("ca.pem"), .cert = authority.file("ca.pem")};
  CHECK_THROWS_WITH(run(plan, {}, {}), Catch::Contains("needs both a certificate file and a key file"));

  plan.targets[0].tls.key = authority.file("ca.pem");
  CHECK_THROWS_AS(run(plan, {}, {}), base::Error);
}

}  // namespace
}  // namespace iter8::load::testing
