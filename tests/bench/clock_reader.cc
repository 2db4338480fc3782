// How punctual a program can be on this core: reads the clock and nothing else, and notes how late it sees
// each millisecond begin. What it misses, the core was taken from it (by other processes, by the host of a
// virtual machine). Compiled and started by load.py.
//
// Prints p50, p99 and max in us after six seconds.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

int main() {
  using Clock = std::chrono::steady_clock;
  static std::array<double, 6000> late{};
  Clock::time_point due = Clock::now();
  for (double& each : late) {
    due += std::chrono::milliseconds(1);
    Clock::time_point now = Clock::now();
    while (now < due) now = Clock::now();
    each = std::chrono::duration<double, std::micro>(now - due).count();
  }
  std::ranges::sort(late);
  std::printf("%.1f %.1f %.1f\n", late[late.size() / 2], late[late.size() * 99 / 100], late.back());
}
