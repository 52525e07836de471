import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import * as ts from "typescript";
import { BeoDatastore, type BeoDatastoreArgs } from "../../components";
import { run, valueOf } from "../support/run";

const root = join(__dirname, "../..");

/** Commands, documents and files that only a clone of this repository has. */
const ofThisRepository = /\bnpx\b|(?<![\w/.-])docs\/|Pulumi\.[<$\w]*\.?yaml|pulumi config\b/;

/** Returns the texts in a file's code: strings and the parts of templates, without comments and imports. */
function getTexts(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      return;
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** Creates everything that has a text for people, and returns these texts: all inputs, the readme and the warnings. */
async function create(instructions?: BeoDatastoreArgs["instructions"]) {
  let readme: Promise<string> = Promise.resolve("");
  const { resources, warnings } = await run(
    () => {
      const datastore = new BeoDatastore("beo", {
        applicationName: "reports",
        environment: "prod",
        appUrl: "https://app.example.com",
        supportEmail: "support@example.com",
        alarmEmail: "alarms@example.com",
        domain: "reports.example.com",
        hostedZone: "example.com",
        web: { dnsRecord: false },
        monitoring: { healthCheck: true },
        instructions,
      });
      readme = valueOf(datastore.readme);
    },
    { stack: "live" },
  );
  const inputs = resources.map(({ name, inputs: values }) => [name, JSON.stringify(values)] as const);
  return { readme: await readme, warnings, inputs: new Map(inputs) };
}

describe("the texts of the package", () => {
  for (const folder of ["components", "policies"]) {
    it(`name nothing that only a clone of this repository has, in ${folder}/`, () => {
      const found = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
        .flatMap((file) => getTexts(join(root, folder, file)).map((text) => `${file}: ${text}`))
        .filter((text) => ofThisRepository.test(text));
      expect(found).to.deep.equal([]);
    });
  }

  it("name no command and no document of this repository by default", async () => {
    const { readme, warnings, inputs } = await create();
    const texts = [readme, ...warnings, ...inputs.values()];
    expect(texts.filter((text) => ofThisRepository.test(text))).to.deep.equal([]);
    expect(inputs.get("beo-mon-queue-age")).to.include("raise worker.maxSize and run pulumi up -s live.");
    expect(inputs.get("beo-mon-dead-letters")).to.include(
      "start a redrive of queue reports-dead-letters, or purge it.",
    );
    expect(readme).to.include(
      "pulumi stack output ebConfig -s live > APPLICATION/.elasticbeanstalk/config.yml\n",
    );
    expect(readme).to.include("Remove web.dnsRecord, and run:\n     pulumi up --stack live\n");
  });

  it("name the commands and documents that a program passes", async () => {
    const { readme, inputs } = await create({
      pulumiCommand: "npx pulumi",
      beoCommand: "npx beo",
      documents: "https://git.example.com/beo/docs",
    });
    expect(inputs.get("beo-mon-database-storage")).to.include("run npx pulumi up -s live.");
    for (const [alarm, document] of [
      ["dead-letters", "alarms.md"],
      ["web-health", "troubleshooting.md"],
      ["url", "troubleshooting.md"],
      ["deployment-events-target", "alarms.md"],
    ]) {
      expect(inputs.get(`beo-mon-${alarm}`), alarm).to.include(
        `https://git.example.com/beo/docs/${document}`,
      );
    }
    expect(inputs.get("beo-mon-dead-letters")).to.include("npx beo status live prints the command");
    expect(readme).to.include("npx beo overlay APPLICATION --stack live --force\n");
    expect(readme).to.include("npx pulumi config rm --path web.dnsRecord --stack live\n");
    expect(readme).to.include("Those that are left: npx beo status live\n");
  });
});
