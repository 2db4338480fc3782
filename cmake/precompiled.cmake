# The headers of libraries that most units include, precompiled once: reading them is a fifth of what a unit costs without
# optimisation. The presets `release` and `tidy` go without (CMAKE_DISABLE_PRECOMPILE_HEADERS), so that a file which
# forgets to include one of them does not build there.
set(ITER8_PRECOMPILED
  <algorithm> <array> <chrono> <cmath> <filesystem> <functional> <map> <memory> <mutex> <numeric> <optional> <set> <span>
  <sstream> <stop_token> <string> <string_view> <thread> <unordered_map> <variant> <vector>
  <fmt/format.h> <nlohmann/json.hpp>)

# iter8_precompile(TARGET HEADER ...): a library whose precompiled headers others take with REUSE_FROM. It needs a source
# file to exist at all, and the definitions that the headers react to.
function(iter8_precompile target)
  file(CONFIGURE OUTPUT ${target}.cc CONTENT "")
  add_library(${target} STATIC ${CMAKE_CURRENT_BINARY_DIR}/${target}.cc)
  target_link_libraries(${target} PRIVATE iter8_fmt iter8_warnings)
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()

# Clang would write the time into them, and no compiler cache would know them again.
add_compile_options("$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")

iter8_precompile(iter8_precompiled ${ITER8_PRECOMPILED})
