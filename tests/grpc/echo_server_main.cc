// grpc_echo_server [CERTIFICATE KEY [CLIENT_AUTHORITY]]: the server of tests/grpc as a process of its own.
// Says its port, then a line for each call and message; ends with its standard input.
#include <exception>
#include <iostream>
#include <string>

#include "tests/grpc/echo_server.h"

int main(int count, char** arguments) {
  const auto argument = [&](int number) {
    return number < count ? std::string(arguments[number]) : std::string();
  };
  try {
    iter8::tests::EchoServer server(
        {.certificate = argument(1),
         .key = argument(2),
         .client_authority = argument(3),
         .note = [](const std::string& line) { std::cout << line << std::endl; }});
    std::cout << "port " << server.port() << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
