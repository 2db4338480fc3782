#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

/// A room whose code starts its own program as another process defines it, as main does in the program
/// itself: the exit code when this is that process, otherwise nothing below 0.
__attribute__((weak)) int run_as_child(int argc, char** argv);

int main(int argc, char** argv) {
  if (run_as_child != nullptr)
    if (const int code = run_as_child(argc, argv); code >= 0) return code;
  return Catch::Session().run(argc, argv);
}
