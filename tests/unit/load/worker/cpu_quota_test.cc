#include "load/worker/cpu_quota.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("the quota of a control group is a number of processors, perhaps a fraction") {
  CHECK(quota_of_cpu_max("200000 100000\n") == 2);
  CHECK(quota_of_cpu_max("150000 100000") == 1.5);
  CHECK_FALSE(quota_of_cpu_max("max 100000\n").has_value());
  CHECK_FALSE(quota_of_cpu_max("").has_value());
  CHECK(quota_of_cfs("50000\n", "100000\n") == 0.5);
  CHECK_FALSE(quota_of_cfs("-1\n", "100000\n").has_value());
  CHECK_FALSE(quota_of_cfs("1", "0").has_value());
}

TEST_CASE("the group of a process is found in either version") {
  CHECK(group_path("0::/system.slice/x.service\n", "") == "/system.slice/x.service");
  const auto* const hash_of = "12:cpuset:/a\n4:cpu,cpuacct:/docker/b\n0::/\n";
  CHECK(group_path(hash_of, "cpu") == "/docker/b");
  CHECK(group_path(hash_of, "") == "/");
  CHECK(group_path("nonsense", "cpu").empty());
}

TEST_CASE("there is some processor to use") {
  CHECK(available_cores() >= 0.01);
}

}  // namespace
}  // namespace iter8::load
