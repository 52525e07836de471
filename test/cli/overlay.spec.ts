import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { getCertificates } from "../../cli/overlay/certificates";
import { afterEach, beforeEach, describe, it } from "mocha";
import { parse } from "yaml";
import { fixtures } from "../support/stacks";

const root = join(__dirname, "../..");

describe("the certificates of the overlay", () => {
  it("are the root certificates of Amazon RDS in the stack's region, and no expired ones", () => {
    const read = (...args: Parameters<typeof getCertificates>) =>
      getCertificates(...args)
        .split(/(?=^# )/m)
        .map((text) => new X509Certificate(text));
    const names = ["RSA4096", "RSA2048", "ECC384"];
    for (const region of ["us-west-1", "eu-central-1"]) {
      const certificates = read(region);
      expect(certificates.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1])).to.have.members(
        names.map((name) => `Amazon RDS ${region} Root CA ${name} G1`),
      );
      for (const certificate of certificates) {
        expect(certificate.verify(certificate.publicKey)).to.equal(true);
      }
    }
    expect(read("us-west-1", new Date("2100-01-01"))).to.have.length(2);
    expect(read("xx-nowhere-1")).to.have.length.above(60);
  });
});

describe("npx beo overlay", () => {
  let folder = "";
  let checkout = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "overlay-"));
    checkout = join(folder, "beo_datastore");
    for (const [file, content] of Object.entries(application)) {
      write(file, content);
    }
    git("init", "--quiet");
    commit();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the application's repository has of what the overlay is about. */
  const application = {
    ".ebextensions/django.config":
      "option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath: a\n",
    ".gitignore": "Dockerfile\ndocker-compose.yml\n",
    "beo_datastore/celery.py": "",
    "beo_datastore/settings.py": "",
    "manage.py": "",
    "requirements.txt": "celery==4.4.0\nDjango==2.2.16\n",
  };
  const write = (file: string, content: string) => {
    mkdirSync(join(checkout, file, ".."), { recursive: true });
    writeFileSync(join(checkout, file), content);
  };
  const read = (file: string) => readFileSync(join(checkout, file), "utf8");
  const git = (...args: string[]) => execFileSync("git", ["-C", checkout, ...args], { encoding: "utf8" });
  const commit = () => {
    git("add", "--all", "--force");
    git("-c", "user.name=a", "-c", "user.email=a@beotest.net", "commit", "--quiet", "--message=a");
  };
  const overlay = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, "cli/beo.js"), "overlay", checkout, ...args],
      { cwd: existsSync(join(folder, "Pulumi.yaml")) ? folder : fixtures, encoding: "utf8" },
    );
    return { status, stdout, stderr };
  };
  /** Makes a project with one stack of a configuration, which has the namespace beo-datastore. */
  const createStack = (config: string) => {
    cpSync(join(fixtures, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), `config:\n${config}`);
  };
  const listFiles = () =>
    readdirSync(checkout, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("/.git"))
      .map((entry) => join(entry.parentPath, entry.name));

  it("writes the missing files, and shows and keeps one that differs", () => {
    const { status, stdout, stderr } = overlay("--platform", "docker");
    expect(status).to.equal(1);
    expect(stdout)
      .to.include("\nDockerfile: missing\n")
      .and.include("--- .ebextensions/django.config (checkout)\n+++ .ebextensions/django.config (overlay)\n")
      .and.include("\n-    WSGIPath: a\n");
    expect(stderr).to.include("Not overwritten: .ebextensions/django.config. Use --force to overwrite.");
    expect(read(".ebextensions/django.config")).to.equal(application[".ebextensions/django.config"]);
    expect(read("Dockerfile")).to.include("FROM ");
  });

  it("overwrites with --force, and deletes nothing", () => {
    write("deployment_scripts/init_celery.sh", "#!/bin/sh\n");
    expect(overlay("--platform", "docker", "--force").status).to.equal(0);
    expect(read(".ebextensions/django.config")).to.include("leader_only: true");
    expect(existsSync(join(checkout, "deployment_scripts/init_celery.sh"))).to.equal(true);
    expect(statSync(join(checkout, "beanstalk/run")).mode & 0o111).to.equal(0o111);
  });

  it("names the files that are not in the last commit, because eb deploy archives that", () => {
    const { stderr } = overlay("--platform", "docker", "--force");
    const [command = ""] = /git -C .*/.exec(stderr) ?? [];
    // Files that Git ignores, and one that was replaced.
    expect(command).to.match(/^git -C \S+ add --force .*\bDockerfile\b/);
    expect(command).to.include(" .ebextensions/django.config ");
    execFileSync("sh", ["-c", command]);
    expect(git("status", "--porcelain", "--untracked-files")).not.to.match(/^(\?\?|.M)/m);
    // Staged only.
    const staged = overlay("--platform", "docker", "--check");
    expect(staged.status).to.equal(1);
    expect(staged.stderr)
      .to.include("not committed")
      .and.match(/\bDockerfile\b/);
    commit();
    const again = overlay("--platform", "docker");
    expect(again).to.deep.equal({
      status: 0,
      stdout: "",
      stderr: "The checkout is complete for the docker platform.\n",
    });
  });

  it("writes nothing with --check, and exits with 1 until the checkout has everything", () => {
    const before = listFiles();
    const { status, stderr } = overlay("--platform", "docker", "--check");
    expect(status).to.equal(1);
    expect(stderr).to.include("Dockerfile").and.include("npx beo overlay");
    expect(listFiles()).to.deep.equal(before);

    overlay("--platform", "docker", "--force");
    expect(overlay("--platform", "docker", "--check").stderr).to.include("not committed");
    commit();
    expect(overlay("--platform", "docker", "--check").status).to.equal(0);

    chmodSync(join(checkout, "beanstalk/run"), 0o644);
    expect(overlay("--platform", "docker", "--check").stdout).to.equal("beanstalk/run: not executable\n");
    write("beanstalk/run", read("beanstalk/run").replace("limit=600", "limit=6000"));
    const changed = overlay("--platform", "docker", "--check");
    expect(changed.status).to.equal(1);
    expect(changed.stdout).to.match(/^\+ *limit=600$/m);
  });

  it("compares with a commit also before the first one, and without Git with nothing", () => {
    overlay("--platform", "docker", "--force");
    rmSync(join(checkout, ".git"), { recursive: true });
    expect(overlay("--platform", "docker", "--check").status).to.equal(0);
    git("init", "--quiet");
    expect(overlay("--platform", "docker", "--check").stderr).to.include("not committed");
  });

  it("looks at the files on disk where .ebignore makes eb archive them, and at what it excludes", () => {
    overlay("--platform", "docker", "--force");
    write(".ebignore", "*.sql\n");
    expect(overlay("--platform", "docker", "--check").status).to.equal(0);
    write(".ebignore", "Docker*\n.platform/\n");
    git("add", ".platform/nginx/docker.conf");
    const { status, stderr } = overlay("--platform", "docker", "--check");
    expect(status).to.equal(1);
    expect(stderr)
      .to.match(/^\.ebignore excludes .*\bDockerfile\b/m)
      .and.match(/^\.ebignore excludes .*\.platform\/nginx\/docker\.conf/m)
      .and.not.include("docker-compose.yml");
  });

  it("takes the platform and the numbers from the stack", () => {
    createStack(`  aws:region: us-west-2
  beo-datastore:platform: { branch: Docker }
  beo-datastore:web: { uploadLimit: 500 }
  beo-datastore:worker: { taskTimeLimit: 900 }
`);
    expect(overlay("--stack", "dev", "--force").status).to.equal(0);
    expect(read(".platform/nginx/conf.d/beo.conf")).to.include("client_max_body_size 500m;");
    expect(read(".platform/nginx/conf.d/beo.conf")).to.include("proxy_read_timeout 750s;");
    expect(read("beanstalk/run"))
      .to.include("--timeout 750 --graceful-timeout 750 ")
      .and.match(/^ *limit=900$/m);
    expect(read("docker-compose.yml").match(/stop_grace_period: .*/g)).to.deep.equal(
      ["760s", "960s", "20s", "760s"].map((seconds) => `stop_grace_period: ${seconds}`),
    );
    expect(read("beanstalk/aws-config")).to.include("region = us-west-2\n");
  });

  it("starts Celery with the limit and the scheduler that the application has", () => {
    overlay("--platform", "python", "--force");
    const commands = read("beanstalk/run").replaceAll("\\\n", " ").replaceAll(/ +/g, " ");
    // What etc/default/celeryd and celerybeat of the application set.
    expect(commands).to.match(
      /^ *limit=600\n.*\n exec celery -A beo_datastore worker .*--time-limit="\$limit" /m,
    );
    expect(commands).to.match(/celery -A \S+ beat .*-S django_celery_beat\.schedulers:DatabaseScheduler /);
    expect(read("Procfile")).to.match(/^web: .*\nworker: .*\nbeat: .*\n$/);
  });

  for (const platform of ["docker", "python"]) {
    it(`writes valid YAML and shell scripts for ${platform}, without placeholders`, () => {
      overlay("--platform", platform, "--force");
      const files = git("ls-files", "--others").split("\n").concat(".ebextensions/django.config");
      for (const file of files.filter((name) => name !== "")) {
        const text = read(file);
        expect(text, file).not.to.match(/\{\{|\}\}/);
        if (/\.(ya?ml|config)$/.test(file)) {
          expect(parse(text, { merge: true }), file).to.be.an("object");
        }
        const [, shell] = /^#!\/bin\/(sh|bash)\n/.exec(text) ?? [];
        if (shell !== undefined) {
          execFileSync(shell, ["-n", join(checkout, file)]);
          expect(statSync(join(checkout, file)).mode & 0o111, file).to.equal(0o111);
        }
      }
      expect(overlay("--platform", platform).stdout).to.equal("");
    });
  }

  it("starts each part in a container of one image, with the time that it may need to stop", () => {
    overlay("--platform", "docker", "--force");
    const { services } = parse(read("docker-compose.yml"), { merge: true }) as {
      services: Record<
        string,
        { image: string; env_file?: string; init?: boolean; stop_grace_period?: string }
      >;
    };
    const { proxy, ...parts } = services;
    expect(proxy?.image).to.equal("beo-datastore-proxy");
    expect(Object.keys(parts)).to.deep.equal(["web", "worker", "beat"]);
    for (const part of Object.values(parts)) {
      expect(part).to.include({ image: "beo-datastore", env_file: ".env", init: true });
    }
    expect([parts.web, parts.worker, proxy].map((part) => part?.stop_grace_period)).to.deep.equal([
      "310s",
      "660s",
      "310s",
    ]);
    expect(read(".dockerignore")).to.match(/^\.env\*$/m);
  });

  it("names the project of Docker Compose like the folder in which Elastic Beanstalk starts it", () => {
    overlay("--platform", "docker", "--force");
    expect(parse(read("docker-compose.yml"), { merge: true })).to.have.property("name", "current");
    expect(read(".platform/hooks/predeploy/20_stop_timeouts.sh"))
      .to.include("/docker.service.d")
      .and.include("TimeoutStopSec=660\n");
  });

  it("tells Auto Scaling to go on once no process of Celery runs any more", () => {
    overlay("--platform", "docker", "--force");
    const calls = join(folder, "calls");
    const stubs = {
      curl: 'case "$*" in *lifecycle-state) echo Terminated ;; *region) echo us-west-1 ;; *) echo i-1 ;; esac',
      // Celery runs when it is looked for the first two times, although no container was stopped.
      pgrep: `test "$(grep -c pgrep "${calls}")" -lt 3`,
      aws: "echo group",
      docker: "",
      sleep: "",
    };
    for (const [name, script] of Object.entries(stubs)) {
      write(`stubs/${name}`, `#!/bin/sh\necho "${name} $*" >> "${calls}"\n${script}\n`);
      chmodSync(join(checkout, "stubs", name), 0o755);
    }
    execFileSync("sh", ["beanstalk/drain"], {
      cwd: checkout,
      env: { PATH: `${join(checkout, "stubs")}:/usr/bin:/bin` },
    });
    const order = readFileSync(calls, "utf8").match(/^docker .*|^pgrep|complete-lifecycle-action/gm);
    expect(order).to.deep.equal([
      "docker compose stop worker",
      "pgrep",
      "pgrep",
      "pgrep",
      "complete-lifecycle-action",
    ]);
  });

  it("says that pinned requirements do not run on a Python platform", () => {
    const { status, stderr } = overlay("--platform", "python", "--force");
    expect(status).to.equal(1);
    expect(stderr).to.include("pins Django 2.2.16").and.include("--platform docker");
    write("requirements.txt", "Django==5.2.8\n");
    commit();
    expect(overlay("--platform", "python", "--check").status).to.equal(0);
  });

  it("warns of own files that repeat what the overlay sets or runs", () => {
    write("requirements.txt", "Django==5.2.8\n");
    write(
      ".platform/nginx/conf.d/own.conf",
      "# proxy_read_timeout 5s;\nclient_max_body_size 20M;\ngzip on;\nserver {\n  listen 81;\n  location / { proxy_send_timeout 9s; }\n}\n",
    );
    write(
      ".ebextensions/01.config",
      'container_commands:\n  01_migrate:\n    command: "django-admin migrate"\noption_settings:\n  aws:elasticbeanstalk:application:environment:\n    WORKER: 1\n',
    );
    write(
      ".ebextensions/02.config",
      "# collectstatic ran here\noption_settings:\n  - option_name: WORKER\n    value: 1\n",
    );
    write(
      ".ebextensions/03.config",
      "commands:\n  01: { command: celery worker, env: { WORKERS: 3 } }\n# WORKER: 1\n",
    );
    overlay("--platform", "python", "--force");
    commit();
    const { status, stderr } = overlay("--platform", "python", "--check");
    expect(status).to.equal(1);
    expect(stderr.trim().split("\n")).to.deep.equal([
      ".platform/nginx/conf.d/own.conf sets client_max_body_size, as .platform/nginx/conf.d/beo.conf does. nginx rejects duplicates and does not start. Remove them from .platform/nginx/conf.d/own.conf.",
      ".ebextensions/01.config runs migrate, as beanstalk/run does at each deployment. Remove the command from .ebextensions/01.config.",
      ".ebextensions/01.config sets WORKER, which the infrastructure sets to tell the worker environment from the web environment. Remove it from .ebextensions/01.config.",
      ".ebextensions/02.config sets WORKER, which the infrastructure sets to tell the worker environment from the web environment. Remove it from .ebextensions/02.config.",
    ]);
    expect(overlay("--platform", "python").status).to.equal(1);
  });

  it("names what is left of the other platform", () => {
    write("requirements.txt", "Django==5.2.8\n");
    overlay("--platform", "python", "--force");
    overlay("--platform", "docker", "--force");
    // The developer's own, which the application's .gitignore lists.
    write("Dockerfile", "FROM scratch\n");
    const { status, stderr } = overlay("--platform", "python", "--check");
    expect(status).to.equal(1);
    expect(stderr).to.include(".platform/nginx/docker.conf").and.not.include("Dockerfile");
    overlay("--platform", "docker", "--force");
    commit();
    const docker = overlay("--platform", "docker", "--check");
    expect({ status: docker.status, stderr: docker.stderr }).to.deep.equal({
      status: 1,
      stderr:
        ".platform/confighooks/predeploy/30_admin_path.sh, .platform/hooks/predeploy/30_admin_path.sh, Procfile: for the python platform, not for docker. Delete what is left of it.\n",
    });
    for (const path of [
      "Procfile",
      ".platform/hooks/predeploy/30_admin_path.sh",
      ".platform/confighooks/predeploy",
    ]) {
      rmSync(join(checkout, path), { recursive: true });
    }
    expect(overlay("--platform", "docker", "--check").status).to.equal(0);
  });

  it("keeps the line endings of scripts where Git converts them", () => {
    overlay("--platform", "docker", "--force");
    commit();
    const clone = join(folder, "clone");
    execFileSync("git", ["clone", "--quiet", "--config", "core.autocrlf=true", checkout, clone]);
    expect(readFileSync(join(clone, "requirements.txt"), "utf8")).to.include("\r\n");
    for (const script of ["beanstalk/run", "beanstalk/drain", ".platform/hooks/postdeploy/30_drain.sh"]) {
      expect(readFileSync(join(clone, script), "utf8"), script).not.to.include("\r");
    }
  });

  it("quotes the checkout's path in the commands", () => {
    const original = checkout;
    checkout = join(folder, "Bob's checkout");
    cpSync(original, checkout, { recursive: true });
    const { stderr } = overlay("--platform", "docker", "--force");
    const [command = ""] = /git -C .* add .*/.exec(stderr) ?? [];
    execFileSync("sh", ["-c", command]);
    expect(git("ls-files")).to.include("docker-compose.yml\n");
  });

  it("writes nothing where a link, a file or a folder is in the way", () => {
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(checkout, ".platform"));
    symlinkSync(join(folder, "nowhere"), join(checkout, ".dockerignore"));
    mkdirSync(join(checkout, "Dockerfile"));
    write("beanstalk", "");
    const before = listFiles();
    const { status, stderr } = overlay("--platform", "docker", "--force");
    expect(status).to.equal(1);
    expect(stderr)
      .to.include("Nothing was written to ")
      .and.include("  .platform is a symbolic link. Expected a folder.\n")
      .and.include("  .dockerignore is a symbolic link. Expected a file.\n")
      .and.include("  Dockerfile is not a file.\n")
      .and.include("  beanstalk is not a folder.\n");
    expect(listFiles()).to.deep.equal(before);
    expect(readdirSync(join(folder, "elsewhere"))).to.deep.equal([]);
  });

  describe("exits with 2", () => {
    it("for a folder that is no checkout, naming what it looked for", () => {
      rmSync(join(checkout, "beo_datastore/celery.py"));
      const { status, stderr } = overlay("--platform", "docker");
      expect(status).to.equal(2);
      expect(stderr).to.include("is not a checkout of beo_datastore: it has no beo_datastore/celery.py.");
    });

    const wrong: [args: string[], message: string][] = [
      [[], "Name the stack with --stack, or the platform with --platform."],
      [["--platform", "java"], "Allowed choices are docker, python."],
      [["--stack", "nosuch"], 'There is no stack "nosuch"'],
      [
        ["--stack", "dev", "--platform", "docker"],
        "Stack dev has a python platform (platform.branch), not docker.",
      ],
    ];
    for (const [args, message] of wrong) {
      it(`after "${args.join(" ")}"`, () => {
        const { status, stdout, stderr } = overlay(...args);
        expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
        expect(stderr).to.include(message);
      });
    }
  });

  it("rejects an invalid value of the stack", () => {
    createStack("  beo-datastore:web: { uploadLimit: many }\n");
    const { status, stderr } = overlay("--stack", "dev");
    expect(status).to.equal(1);
    expect(stderr).to.include(
      'web.uploadLimit is "many" in Pulumi.dev.yaml. Expected an integer from 1 to 2048.',
    );
  });
});
