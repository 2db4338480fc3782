# cmake -D FOLDER=src/report/html -D LIBRARY=dygraph.min.js -D OUTPUT=page_assets.cc -P embed_page.cmake: writes the files that
# every HTML report carries into one source file that implements report/html/assets.h.
file(READ "${FOLDER}/page.css" style)
file(READ "${FOLDER}/page.js" script)
file(READ "${LIBRARY}" library)
file(READ "${FOLDER}/dygraphs.licence" licence)  # of every copy
# Nothing of the page may ask for another file.
string(REGEX REPLACE "//# sourceMappingURL=[^\n]*" "" library "${library}")
string(PREPEND library "/*! ${licence}*/\n")
foreach(text IN ITEMS "${style}" "${script}" "${library}")
  string(REGEX MATCH "</(script|style)|<!--|\\)page\"" harmful "${text}")
  if(harmful)
    message(FATAL_ERROR "what a page carries must not hold ${harmful}")
  endif()
endforeach()

file(WRITE "${OUTPUT}" "// Made by cmake/embed_page.cmake from src/report/html and dygraphs.
#include \"report/html/assets.h\"

#pragma GCC diagnostic ignored \"-Woverlength-strings\"  // compilers need not, but ours do take long literals

namespace iter8::report {

std::string_view page_style() {
  return R\"page(${style})page\";
}

std::string_view page_script() {
  return R\"page(${script})page\";
}

std::string_view chart_library() {
  return R\"page(${library})page\";
}

}  // namespace iter8::report
")
