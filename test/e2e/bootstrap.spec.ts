import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";

const bundles = join(__dirname, "../../components/beanstalk/bootstrap");

/** A free port. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

/** The response, once the server accepts connections. */
async function answer(url: string): Promise<{ status: number; text: string }> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      const response = await fetch(url, { headers: { Host: "10.0.0.1" } });
      return { status: response.status, text: await response.text() };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error(`no response from ${url}`);
}

describe("the bootstrap version", function () {
  this.timeout(3 * 60_000);
  let folder = "";
  let server: ChildProcess | undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "bootstrap-"));
    cpSync(bundles, folder, { recursive: true });
  });
  after(() => {
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is served by gunicorn as its Procfile says, and answers 200 everywhere", async () => {
    execFileSync("python3", ["-m", "venv", join(folder, "venv")], { stdio: "pipe" });
    execFileSync(
      join(folder, "venv/bin/pip"),
      ["install", "--quiet", "--disable-pip-version-check", "gunicorn==23.0.0"],
      { stdio: "pipe" },
    );
    const port = await freePort();
    // Elastic Beanstalk makes such a file of WSGIPath, where there is none: this one serves under any path.
    const procfile = readFileSync(join(folder, "python/Procfile"), "utf8");
    const [, command = "", args = ""] =
      /^web: (gunicorn) (--bind 127\.0\.0\.1:8000 .*)\n$/.exec(procfile) ?? [];
    server = spawn(join(folder, "venv/bin", command), args.replace("8000", String(port)).split(" "), {
      cwd: join(folder, "python"),
      stdio: "ignore",
    });
    for (const path of ["/", "/any/path?x=1"]) {
      const { status, text } = await answer(`http://127.0.0.1:${port}${path}`);
      expect(status).to.equal(200);
      expect(text).to.include("eb deploy");
    }
  });

  it("answers the same on the Docker platform", async () => {
    const port = await freePort();
    server?.kill();
    server = spawn("python3", ["server.py"], {
      cwd: join(folder, "docker"),
      stdio: "ignore",
      env: { ...process.env, PORT: String(port) },
    });
    const { status, text } = await answer(`http://127.0.0.1:${port}/`);
    expect(status).to.equal(200);
    expect(text).to.include("eb deploy");
  });
});
