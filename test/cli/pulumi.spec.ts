import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { getBackendUrl } from "../../cli/recover/read-facts";
import { exportState } from "../../cli/state";
import { createEngine } from "../../cli/up/engine";
import { UserError } from "../../cli/user-error";

describe("the Pulumi CLI", () => {
  let path: string | undefined;
  beforeEach(() => {
    path = process.env.PATH;
  });
  afterEach(() => {
    process.env.PATH = path;
  });

  it("is named with the command that installs it, where it is not on PATH", () => {
    process.env.PATH = tmpdir();
    expect(() => exportState("prod", "Cannot read the state of prod.")).to.throw(
      UserError,
      /^There is no `pulumi` on PATH\. Install it: npm ci\nCannot read the state of prod\.$/,
    );
  });

  describe("that fails", () => {
    let folder = "";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "pulumi-"));
      process.env.PATH = [folder, path].join(delimiter);
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });

    /** Fakes a CLI of a version that fails with a message at everything else. */
    const fake = (version: string, message: string) => {
      const script = `#!/bin/sh\nif [ "$1" = version ]; then echo ${version}; exit 0; fi\ncat "${folder}/message" >&2\nexit 255\n`;
      writeFileSync(join(folder, "message"), `${message}\n`);
      writeFileSync(join(folder, "pulumi"), script);
      chmodSync(join(folder, "pulumi"), 0o755);
    };
    const messages = [
      'error: unable to open state directory "file:///nonexistent": stat /nonexistent: no such file or directory',
      "error: could not list bucket: blob (code=NotFound): operation error S3: ListObjectsV2, StatusCode: 404, NoSuchBucket",
    ];

    for (const message of messages) {
      it(`is quoted, with the command that checks the backend: ${message.slice(7, 30)}`, async () => {
        fake("v3.250.0", message);
        const check = "Check the backend of the state: npx pulumi whoami --verbose";
        expect(getBackendUrl).to.throw(
          UserError,
          new RegExp(`^${escape(`${message}\nThe state cannot be read. Nothing was changed. ${check}`)}$`),
        );
        const { listStacks } = await createEngine();
        const error = await listStacks().catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(UserError);
        expect((error as Error).message).to.equal(
          `${message}\nThe stacks cannot be listed. Nothing was changed. ${check}`,
        );
      });
    }

    it("says how to log in only where Pulumi asks for a login", () => {
      const message = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions";
      fake("v3.250.0", message);
      const login = "You are not logged in: npx pulumi login s3://your-state-bucket";
      expect(getBackendUrl).to.throw(
        UserError,
        new RegExp(`^${escape(`${message}\nThe state cannot be read. Nothing was changed. ${login}`)}$`),
      );
    });

    it("names the file of a CLI that is too old", async () => {
      fake("v3.1.0", "");
      const error = await createEngine().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(UserError);
      expect((error as Error).message).to.match(
        new RegExp(
          `^Minimum version requirement failed\\..*\nThe Pulumi CLI cannot be used: ${escape(join(folder, "pulumi"))}\\. Nothing was changed\\.$`,
        ),
      );
    });
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
