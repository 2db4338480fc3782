// For rooms that evaluate jq, which starts the program itself once more: see main.cc.
#include "web/jq_server.h"

int run_as_child(int argc, char** argv);

int run_as_child(int argc, char** argv) {
  return iter8::web::serve_jq_if_asked(argc, argv).value_or(-1);
}
