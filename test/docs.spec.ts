import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore } from "../components";
import { getOutputs } from "../components/outputs";
import { generateDocuments } from "../scripts/docs/all";
import { type DocumentedMember, readDocstrings } from "../scripts/docs/docstrings";
import { readSettings } from "../scripts/docs/settings";
import { run } from "./support/run";

const root = join(__dirname, "..");
const load = createRequire(__filename);
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("the generated documents", () => {
  for (const [file, content] of Object.entries(generateDocuments(read))) {
    it(`keep ${file} as \`npm run docs\` writes it`, () => {
      expect(read(file)).to.equal(content);
    });

    it(`show an empty value of ${file} as JSON, since Markdown has no empty code`, () => {
      expect(content.split("\n").filter((line) => /(?<!`)``(?!`)/.test(line))).to.deep.equal([]);
    });
  }
});

describe("the docstrings of the components", () => {
  const docstrings = readDocstrings(join(root, "components"));
  const interfaces = [...docstrings].filter(([name]) => name.endsWith("Args"));
  /** `databaseDefaults` and the like, by the interface that they complete. */
  const defaults = new Map(
    readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => Object.entries(load(join(root, "components", file)) as Record<string, unknown>))
      .filter(([name]) => name.endsWith("Defaults") && name !== "withDefaults")
      .map(([name, values]) => [toInterface(name), values as Record<string, unknown>]),
  );

  it("describe every argument and every output", () => {
    const undocumented = [...docstrings]
      .filter(([name]) => isExported(name))
      .flatMap(([name, members]) =>
        members.filter(({ description }) => description === "").map((member) => `${name}.${member.name}`),
      );
    expect(undocumented).to.deep.equal([]);
  });

  it("say what changing each public argument does, in one of four ways", () => {
    const wrong = interfaces
      .filter(([name]) => isExported(name))
      .flatMap(([name, members]) =>
        members
          .filter(
            ({ changing = "" }) => !/^(In place|Restarts|Replaces|Cannot be changed later)\b/.test(changing),
          )
          .map((member) => `${name}.${member.name}: ${member.changing ?? "no @changing"}`),
      );
    expect(wrong).to.deep.equal([]);
  });

  it("have an interface for every object of defaults", () => {
    expect([...defaults.keys()].filter((name) => !docstrings.has(name))).to.deep.equal([]);
    expect(defaults.size).to.be.greaterThan(10);
  });

  it("name the default that the code has", () => {
    const wrong = interfaces
      .filter(([name]) => isExported(name))
      .flatMap(([name, members]) =>
        members.flatMap((member) =>
          describeDefault(member, { ...defaults.get(member.declaredIn), ...defaults.get(name) }).map(
            (text) => `${name}.${member.name} ${text}`,
          ),
        ),
      );
    expect(wrong).to.deep.equal([]);
  });

  it("describe every output of the stack", async () => {
    let outputs: string[] = [];
    await run(() => {
      const args = {
        applicationName: "beo",
        environment: "dev" as const,
        appUrl: "https://app.example.com",
        supportEmail: "a@example.com",
      };
      outputs = Object.keys(getOutputs(new BeoDatastore("beo", args)));
    });
    expect(docstrings.get("BeoDatastore")?.map(({ name }) => name)).to.deep.equal(outputs);
  });

  function isExported(name: string): boolean {
    return new RegExp(`\\b${name}\\b`).test(read("components/index.ts"));
  }
});

describe("the settings of a stack", () => {
  it("are each an argument with a description, a default and what changing it does", () => {
    const { settings } = readSettings();
    const incomplete = settings.filter(
      ({ member, setting }) =>
        member.changing === undefined || (member.default === undefined) !== (setting.required === true),
    );
    expect(incomplete.map(({ path }) => path)).to.deep.equal([]);
    expect(settings.length).to.be.greaterThan(60);
  });
});

function toInterface(defaultsName: string): string {
  const name = defaultsName.replace(/Defaults$/, "Args");
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What is wrong with a member's `@default`, if anything. */
function describeDefault(
  { name, isRequired, default: documented }: DocumentedMember,
  defaults: Record<string, unknown>,
): string[] {
  const actual = name in defaults ? JSON.stringify(defaults[name]) : undefined;
  if (actual !== undefined) {
    return documented === actual ? [] : [`is documented as ${documented ?? "nothing"}, and is ${actual}`];
  }
  if (isRequired) {
    return documented === undefined ? [] : ["is required, and has a @default"];
  }
  return documented === undefined || isJson(documented)
    ? [`has no default in the code, and is documented as ${documented ?? "nothing"}`]
    : [];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
