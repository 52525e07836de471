import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { shellBlocks } from "./support/documents";

const root = join(__dirname, "..");
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const files = [
  ...markdownIn("."),
  ...markdownIn("docs"),
  ...readdirSync(join(root, "examples")).map((name) => join("examples", name, "README.md")),
];
const read = (file: string) => readFileSync(join(root, file), "utf8");
const prose = (text: string) => text.replace(/```.*?```/gs, "");

/** The anchors of a document's headings, as GitHub makes them. */
function anchors(file: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** The links of a document that lead nowhere. */
function brokenLinks(file: string): string[] {
  return [...prose(read(file)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : relative(root, join(root, dirname(file), path));
      return !existsSync(join(root, target)) || (anchor !== undefined && !anchors(target).includes(anchor));
    });
}

/** The commands of a document's shell examples, one a line, without comments, and those in its sentences. */
function commands(file: string): string[] {
  const examples = shellBlocks(read(file))
    .flatMap((block) => block.replaceAll("\\\n", " ").split("\n"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  // Without arguments, as in `eb deploy`, a sentence is about the command.
  const inSentences = [...prose(read(file)).matchAll(/`((?:npx pulumi|eb|aws)\s[^`]+)`/g)]
    .map(([, command = ""]) => command.replace(/\s+/g, " "))
    .filter((command) => !/^(eb( \S+)?|eb ssh --setup|npx pulumi( stack| config)?( \S+)?)$/.test(command));
  return [...examples, ...inSentences];
}

/** Written by `npm run docs` alone. */
const generated = ["docs/api.md", "docs/policies.md", "docs/worker-scaling.md"];

describe("the documents", () => {
  for (const file of files) {
    it(`link only to files and headings that exist: ${file}`, () => {
      expect(brokenLinks(file)).to.deep.equal([]);
    });
  }

  for (const file of files.filter((name) => !generated.includes(name))) {
    it(`name the stack, the environment and the region in each command: ${file}`, () => {
      const all = commands(file);
      const withoutStack = all
        .filter((line) =>
          /\bpulumi (up|preview|destroy|refresh|config|import|state|stack (output|export|import|change))/.test(
            line,
          ),
        )
        .filter((line) => !/ -s (\$STACK|\w+)/.test(line));
      const withoutEnvironment = all
        .filter((line) => /(^|[;|&(] *)eb (?!use|appversion|list)/.test(line))
        .filter((line) => !/(\$APP|beo-datastore-\w+)/.test(line));
      const region = all.indexOf("export AWS_REGION=us-west-1");
      const withoutRegion = all
        .slice(0, region < 0 ? all.length : region)
        .filter((line) => /\baws (?!sts|iam|route53)/.test(line) && !line.includes("--region"));
      expect({ withoutStack, withoutEnvironment, withoutRegion }).to.deep.equal({
        withoutStack: [],
        withoutEnvironment: [],
        withoutRegion: [],
      });
    });

    it(`show the account where ${file} sets the region`, () => {
      const all = commands(file);
      const following = all.filter((_, index) => all[index - 1] === "export AWS_REGION=us-west-1");
      expect(following.filter((line) => line !== "aws sts get-caller-identity")).to.deep.equal([]);
    });

    it(`skip the preview in no command: ${file}`, () => {
      expect(commands(file).filter((line) => /--yes|--skip-preview/.test(line))).to.deep.equal([]);
    });
  }
});
