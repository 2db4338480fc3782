# cmake -D FOLDER=examples -D OUTPUT=example_files.cc -P embed.cmake: writes every file below FOLDER into one source
# file that implements entrypoint/example_files.h.
file(GLOB_RECURSE paths RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT paths)

set(entries "")
foreach(path IN LISTS paths)
  file(READ "${FOLDER}/${path}" hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
  string(REPLACE "\\x0a" "\\x0a\"\n     \"" literals "${bytes}")  # a literal a line of the file
  execute_process(COMMAND test -x "${FOLDER}/${path}" RESULT_VARIABLE not_executable)
  if(not_executable EQUAL 0)
    set(executable true)
  else()
    set(executable false)
  endif()
  string(APPEND entries "    {\"${path}\", ${executable},\n     std::string_view(\n     \"${literals}\", ${size})},\n")
endforeach()

file(WRITE "${OUTPUT}" "// Made by cmake/embed.cmake from examples/.
#include \"entrypoint/example_files.h\"

#include <array>

namespace iter8::entrypoint {

std::span<const ExampleFile> example_files() {
  static constexpr auto files = std::to_array<ExampleFile>({
${entries}  });
  return files;
}

}  // namespace iter8::entrypoint
")
