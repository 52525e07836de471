const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

const specs = new Map(JSON.parse(readFileSync("resources.json", "utf8")).map((spec) => [spec.name, spec]));
const resources = new Map();
/** What references refer to whose resource is no part of the row. */
const other = new pulumi.CustomResource("aws:resourcegroups/group:Group", "other", {});

function create(name) {
  const spec = specs.get(name);
  if (spec === undefined) {
    return other;
  }
  if (!resources.has(name)) {
    const { type, props, protect } = spec;
    resources.set(name, new pulumi.CustomResource(type, name, toInputs(props), { protect }));
  }
  return resources.get(name);
}

/** Converts a reference to an output of the resource: a preview does not know it. */
function toInputs(value) {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (value.$ref !== undefined) {
    return create(value.$ref).id.apply(() => value.value);
  }
  return Array.isArray(value)
    ? value.map(toInputs)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toInputs(item)]));
}

for (const name of specs.keys()) {
  create(name);
}
