# The outside libraries whose linking depends on ITER8_STATIC: iter8_fmt, iter8_yaml and iter8_re2. Shared in the presets that
# people build often; static in the release, where start-up time and memory are part of what the program promises
# (peak memory of `iter8 version`: 6.8 MiB with shared libraries). libcurl and OpenSSL are not here: they are loaded when
# a run needs them.
add_library(iter8_fmt INTERFACE)
add_library(iter8_yaml INTERFACE)
add_library(iter8_re2 INTERFACE)
if(ITER8_STATIC)
  add_library(iter8_fmt_archive STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_archive.cc)
  target_link_libraries(iter8_fmt INTERFACE iter8_fmt_archive)
  find_library(ITER8_YAML_ARCHIVE NAMES libyaml-cpp.a REQUIRED)
  target_link_libraries(iter8_yaml INTERFACE ${ITER8_YAML_ARCHIVE})
  find_library(ITER8_RE2_ARCHIVE NAMES libre2.a REQUIRED)
  target_link_libraries(iter8_re2 INTERFACE ${ITER8_RE2_ARCHIVE} Threads::Threads)
  add_link_options(-static-libstdc++ -static-libgcc)
else()
  target_link_libraries(iter8_fmt INTERFACE fmt::fmt)
  target_link_libraries(iter8_yaml INTERFACE PkgConfig::YAMLCPP)
  target_link_libraries(iter8_re2 INTERFACE PkgConfig::RE2)
endif()

# Small, and part of the engine's hot path or of every result: linked statically in every preset.
find_library(ITER8_NGHTTP2_ARCHIVE NAMES libnghttp2.a REQUIRED)
find_library(ITER8_ZLIB_ARCHIVE NAMES libz.a REQUIRED)
find_library(ITER8_NETTLE_ARCHIVE NAMES libnettle.a REQUIRED)  # without hogweed and GMP: digests and base64 only
add_library(iter8_nghttp2 INTERFACE)
add_library(iter8_zlib INTERFACE)
add_library(iter8_nettle INTERFACE)
target_link_libraries(iter8_nghttp2 INTERFACE ${ITER8_NGHTTP2_ARCHIVE})
target_link_libraries(iter8_zlib INTERFACE ${ITER8_ZLIB_ARCHIVE})
target_link_libraries(iter8_nettle INTERFACE ${ITER8_NETTLE_ARCHIVE})
target_compile_definitions(iter8_nghttp2 INTERFACE NGHTTP2_STATICLIB)
