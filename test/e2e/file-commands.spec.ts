import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { readCommands } from "./support/document-commands";
import { type Aws, startAws } from "./support/tools";

const media = "beo-datastore-prod-media";
const replica = "beo-datastore-prod-backup-us-west-2";
/** As people name files. */
const overwritten = [
  "media_root/März 2026 (1).csv",
  `media_root/it's "quoted" & 100%+.csv`,
  "media_root/データ?.csv",
  "media_root/back\\slash $HOME.csv",
];
const deleted = "media_root/deleted file.csv";
const unchanged = "media_root/unchanged.csv";

/** What people copy from docs/restoring.md after files were overwritten, against an AWS without a stack. */
describe("the commands of docs/restoring.md for everything as of a moment", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-file-commands-"));
  const [list = "", copy = ""] = readCommands("docs/restoring.md", "Everything as of a moment").split(
    /(?=^touch )/m,
  );
  let services: Aws;
  let clients: Record<string, S3Client>;
  let moment: string;
  before(async () => {
    services = startAws(folder);
    clients = { [media]: clientsOf(services).s3, [replica]: clientsOf(services, "us-west-2").s3 };
    for (const [Bucket, region] of [
      [media, "us-west-1"],
      [replica, "us-west-2"],
    ] as const) {
      const s3 = clients[Bucket]!;
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
      );
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      );
      await put(Bucket, "older", ...overwritten);
      await put(Bucket, "readings", deleted, unchanged, "media_root/deleted before.csv");
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "media_root/deleted before.csv" }));
      await put(Bucket, "readings", ...overwritten, "media_root/restored before.csv");
    }
    await setTimeout(2_000);
    moment = `${new Date().toISOString().slice(0, 19)}Z`;
    await setTimeout(1_000);
    for (const Bucket of [media, replica]) {
      await put(Bucket, "ransom", ...overwritten);
      await put(Bucket, "ransom again", overwritten[0]!);
      await clients[Bucket]!.send(new DeleteObjectCommand({ Bucket, Key: deleted }));
      await put(Bucket, "new", "media_root/new.csv");
    }
  });
  after(() => {
    services.stop();
    rmSync(folder, { recursive: true });
  });

  async function put(Bucket: string, Body: string, ...keys: string[]): Promise<void> {
    for (const Key of keys) {
      await clients[Bucket]!.send(new PutObjectCommand({ Bucket, Key, Body }));
    }
  }
  /** The content of each file of the media bucket. */
  const read = async () => {
    const s3 = clients[media]!;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: media }));
    const entries = Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: media, Key }));
      return [Key, await Body?.transformToString()] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  const run = (commands: string) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        ...services.environment,
        // The first version of the AWS CLI reads another variable than the second one.
        ...{ AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-1" },
        PATH: [installCommandLines(), process.env.PATH].join(delimiter),
      },
    });
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  };
  const at = (commands: string) => commands.replace("2026-11-24T09:30:00Z", moment);
  const attacked = {
    ...Object.fromEntries(overwritten.map((key) => [key, "ransom"])),
    [overwritten[0]!]: "ransom again",
    [unchanged]: "readings",
    "media_root/restored before.csv": "readings",
    "media_root/new.csv": "new",
  };
  const restored = {
    ...attacked,
    ...Object.fromEntries([...overwritten, deleted].map((key) => [key, "readings"])),
  };

  it("list what was overwritten or deleted since, and change nothing", async () => {
    const lines = run(at(list)).trimEnd();
    expect(lines.split("\n")).to.have.members([...overwritten, deleted]);
    expect(await read()).to.deep.equal(attacked);
  });

  it("go on where they were interrupted, and restore the newest version of before the moment", async () => {
    const requests = readFileSync(join(folder, "restore.jsonl"), "utf8").trimEnd().split("\n");
    expect(requests).to.have.length(overwritten.length + 1);
    const first = requests.find((line) => (JSON.parse(line) as { Key: string }).Key === deleted) ?? "";
    writeFileSync(join(folder, "restored.jsonl"), `${first}\n`);
    run(copy);
    const { [deleted]: _, ...others } = restored;
    expect(await read()).to.deep.equal(others);
    rmSync(join(folder, "restored.jsonl"));
    run(copy);
    expect(await read()).to.deep.equal(restored);
    const done = readFileSync(join(folder, "restored.jsonl"), "utf8").trimEnd().split("\n");
    expect(done).to.have.members(requests);
    run(copy);
  });

  it("copy from the replica into the media bucket", async () => {
    await put(media, "ransom", ...overwritten);
    const [from = ""] = /`FROM=beo-[^`]+`/.exec(readFileSync("docs/restoring.md", "utf8")) ?? [];
    const fromReplica = at(list).replace(
      "FROM=$BUCKET FROM_REGION=us-west-1",
      `${from.slice(1, -1)} FROM_REGION=us-west-2`,
    );
    run(fromReplica);
    run(copy);
    expect(await read()).to.deep.equal(restored);
  });

  it("list nothing in an empty bucket", () => {
    const Bucket = "beo-datastore-empty-media";
    run(
      `aws s3api create-bucket --bucket ${Bucket} --create-bucket-configuration LocationConstraint=us-west-1`,
    );
    expect(run(at(list).replace("BUCKET=beo-datastore-prod-media", `BUCKET=${Bucket}`))).to.equal("");
    expect(readFileSync(join(folder, "restore.jsonl"), "utf8")).to.equal("");
    run(copy);
  });
});
