# iter8_protobuf: libprotobuf, linked statically, whose constructors of global objects run on first use instead of at every
# start (tasks/grpc/description/protobuf_library.cc calls them): a run without gRPC touches none of its pages. The archive is
# copied with the sections that hold these constructors renamed; they stay apart by priority.
find_path(ITER8_PROTOBUF_HEADER google/protobuf/util/json_util.h REQUIRED)
find_path(ITER8_PROTOBUF_IMPORTER google/protobuf/compiler/importer.h REQUIRED)
find_library(ITER8_PROTOBUF_ARCHIVE NAMES libprotobuf.a REQUIRED)
set(lazy_archive ${CMAKE_BINARY_DIR}/libprotobuf_lazy.a)
add_custom_command(
  OUTPUT ${lazy_archive}
  COMMAND ${CMAKE_OBJCOPY} --rename-section .init_array.00101=iter8_protobuf_init_1
    --rename-section .init_array.00102=iter8_protobuf_init_2 --rename-section .init_array=iter8_protobuf_init_3
    ${ITER8_PROTOBUF_ARCHIVE} ${lazy_archive}
  DEPENDS ${ITER8_PROTOBUF_ARCHIVE} VERBATIM)
add_custom_target(iter8_protobuf_archive DEPENDS ${lazy_archive})
add_library(iter8_protobuf INTERFACE)
add_dependencies(iter8_protobuf iter8_protobuf_archive)
target_link_libraries(iter8_protobuf INTERFACE ${lazy_archive} ${ITER8_ZLIB_ARCHIVE} Threads::Threads)
