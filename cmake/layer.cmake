# Rooms compile as units: most of a file's cost is in the headers and templates that its neighbours use as well, so a room
# compiles in a fraction of the time that its files take one by one. OFF compiles each file by itself.
option(ITER8_UNITY "Compile the files of a room together" ON)
set(ITER8_UNIT_FILES 14)  # at most, a unit; smaller units are compiled again sooner, larger ones repeat less

# Rooms whose files use the same private names, and so compile one by one.
set(ITER8_ROOMS_ALONE
  tests/unit/stats/evidence)

# iter8_compile_by_room(TARGET): compiles the files of TARGET in units of at most ITER8_UNIT_FILES, folder by folder; small
# folders that follow each other share a unit. Files outside of the source tree (generated ones) stay alone. CMake's own
# unity build is not used, because its units name the files by absolute paths: a compiler cache would not recognise them
# in another checkout or in the image.
function(iter8_compile_by_room target)
  if(NOT ITER8_UNITY)
    return()
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE place)
  get_target_property(sources ${target} SOURCES)
  set(rooms "")
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    if(IS_ABSOLUTE ${source} OR "${place}/${folder}" IN_LIST ITER8_ROOMS_ALONE)
      continue()
    endif()
    list(APPEND rooms "./${folder}")
    string(MAKE_C_IDENTIFIER "files_./${folder}" room)
    list(APPEND ${room} ${source})
    set_source_files_properties(${source} PROPERTIES HEADER_FILE_ONLY ON)
  endforeach()
  list(REMOVE_DUPLICATES rooms)
  set(text "")
  set(unit 0)
  set(files 0)
  foreach(folder IN LISTS rooms)
    string(MAKE_C_IDENTIFIER "files_${folder}" room)
    list(LENGTH ${room} length)
    math(EXPR together "${files} + ${length}")
    if(files GREATER 0 AND together GREATER ITER8_UNIT_FILES)
      iter8_add_unit()
    endif()
    foreach(source IN LISTS ${room})
      if(files EQUAL ITER8_UNIT_FILES)
        iter8_add_unit()
      endif()
      string(APPEND text "#include \"${place}/${source}\"\n")
      math(EXPR files "${files} + 1")
    endforeach()
  endforeach()
  iter8_add_unit()
endfunction()

# Of iter8_compile_by_room: what was gathered becomes a unit of the target.
macro(iter8_add_unit)
  if(files GREATER 0)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/units/${target}_${unit}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
    target_sources(${target} PRIVATE ${file})
    math(EXPR unit "${unit} + 1")
    set(text "")
    set(files 0)
  endif()
endmacro()

# iter8_layer(NAME SOURCES a.cc ... [USES layer ...] [LIBRARIES target ...] [FAST])
# One static library a layer. USES names the iter8 layers below it and is public, because headers include them; LIBRARIES
# stop in this layer and are private. Every layer has fmt, which is among the precompiled headers. FAST is for the layers
# that work for each request or each look: the release optimises the others for size (see the preset), because the pages
# of the program that a run touches are most of the memory that it needs.
function(iter8_layer name)
  cmake_parse_arguments(LAYER "FAST" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(iter8_${name} STATIC ${LAYER_SOURCES})
  target_include_directories(iter8_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(iter8_${name} PRIVATE iter8_warnings iter8_fmt ${LAYER_LIBRARIES})
  if(LAYER_FAST)
    target_compile_options(iter8_${name} PRIVATE $<$<CONFIG:Release>:-O3>)
  endif()
  foreach(used IN LISTS LAYER_USES)
    target_link_libraries(iter8_${name} PUBLIC iter8_${used})
  endforeach()
  target_precompile_headers(iter8_${name} REUSE_FROM iter8_precompiled)
  iter8_compile_by_room(iter8_${name})
endfunction()

# Warnings are errors in every preset that people and CI build with. Missing initialisers are our style: designated
# initialisers name what differs from the defaults. The sanitizer presets do not stop at
# warnings: GCC 12 follows instrumented code wrongly (null-dereference, maybe-uninitialized), and dev builds the same
# sources.
option(ITER8_WERROR "Treat warnings as errors" ON)
add_library(iter8_warnings INTERFACE)
target_compile_options(iter8_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wno-missing-field-initializers -Wnull-dereference -Wimplicit-fallthrough
  $<$<BOOL:${ITER8_WERROR}>:-Werror>)
