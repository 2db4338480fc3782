// node toolkit.cjs MODULES: what GitHub's own toolkit prints and writes for the same things that iter8 does, as a second
// opinion. Reads {"outputs": {name: value}, "errors": [{message, file, line}], "secrets": [value]} from standard input.
const path = require("path");
const core = require(path.join(process.argv[2], "@actions/core"));

const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const value of given.secrets ?? []) core.setSecret(value);
for (const { message, file, line } of given.errors ?? [])
  core.error(message, { file, startLine: line, title: "iter8" });
for (const [name, value] of Object.entries(given.outputs ?? {})) core.setOutput(name, value);
