import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { getDeployCommand } from "../../components/deploy-command";

const root = join(__dirname, "../..");

describe("the command that deploys the application", () => {
  it("waits for three batches, each as long as tasks or requests and 10 minutes to start take", () => {
    expect(getDeployCommand("beo", {})).to.equal("eb deploy beo --timeout 63");
    // 2 hours and a minute.
    expect(getDeployCommand("beo", { taskTimeLimit: 7200 })).to.equal("eb deploy beo --timeout 393");
    // Requests may take 1.5 × 2,048 seconds.
    expect(getDeployCommand("beo", { uploadLimit: 2048 })).to.equal("eb deploy beo --timeout 186");
  });

  it("is the same in all documents", () => {
    const documents = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
    const commands = documents
      .filter((name) => name.endsWith(".md"))
      .flatMap((name) => [...readFileSync(join(root, name), "utf8").matchAll(/eb deploy (beo-|\$)[^`\n#]*/g)])
      .map(([command]) => command.trim());
    expect(commands).to.have.length.above(8);
    for (const command of commands) {
      expect(command.replace(/ --version \S+/, "").replace(/\)$/, "")).to.equal(
        getDeployCommand(command.split(" ")[2] ?? "", {}),
      );
    }
  });
});
