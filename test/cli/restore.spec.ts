import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DBInstance } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { describe, it } from "mocha";
import { UserError } from "../../cli/user-error";
import { finish, undo } from "../../cli/restore/back";
import type { Context } from "../../cli/restore/context";
import { goForward } from "../../cli/restore/forward";
import { readKeptStates, requireQuiet } from "../../cli/restore/restore";
import type { Point } from "../../cli/restore/points";
import type { Step } from "../../cli/preview";
import type { UpdatePreview } from "../../cli/restore/update";
import { fakeAws } from "../support/fake-aws";
import { FakeRds } from "../support/fake-rds";

const urn = "urn:pulumi:prod::beo-datastore::beo:index:Database$aws:rds/instance:Instance::beo-db-instance";
const password = "Current-password1";
const name = "beo-datastore-prod";

const database: DBInstance = {
  DBInstanceIdentifier: name,
  Engine: "postgres",
  EngineVersion: "17.4",
  MasterUsername: "beo_datastore",
  AllocatedStorage: 20,
  MaxAllocatedStorage: 100,
  StorageEncrypted: true,
  KmsKeyId: "arn:aws:kms:us-west-1:123456789012:key/1",
  DeletionProtection: true,
  LatestRestorableTime: new Date("2026-11-27T06:00:00Z"),
  Endpoint: { Address: `${name}.example.com`, Port: 5432 },
  DBParameterGroups: [{ DBParameterGroupName: "beo-db-postgres17-1234567", ParameterApplyStatus: "in-sync" }],
  TagList: [{ Key: "Project", Value: "beo-datastore" }],
};

const latest: Point = {
  label: "latest",
  source: name,
  engine: "postgres",
  version: "17.4",
  username: "beo_datastore",
  size: 20,
  isEncrypted: true,
};

/** The process was killed. */
class Killed extends Error {}

/** A stack with a database, and the border at which a run may be killed. */
class Stage {
  readonly rds = new FakeRds();
  readonly printed: string[] = [];
  readonly files: Record<string, string> = {};
  questions: string[] = [];
  state: string;
  /** The calls that change something, by their order. */
  calls = 0;
  killAt: { call: number; when: "before" | "after" } | undefined;
  answers: (question: string) => boolean = () => true;
  /** Whether copies of the state can be written. */
  isWritable: () => boolean = () => true;
  deletes = false;
  password = password;
  /** What an update would do, of all resources or without the one with a URN. */
  preview: (without?: string) => UpdatePreview;
  readPassword: () => string | undefined = () => this.password;
  uncompared: string | undefined;
  losses: string | undefined;
  missingTools: string | undefined;
  isAttended = true;
  time = new Date("2026-11-27T06:30:00Z").getTime();
  pauseSeconds = 0;
  quiet: () => Promise<void> = () => Promise.resolve();

  constructor(instance: Partial<DBInstance> = {}) {
    const { DbiResourceId } = this.rds.add({ ...database, ...instance });
    const resource = {
      urn,
      type: "aws:rds/instance:Instance",
      id: DbiResourceId,
      inputs: { identifier: name },
      outputs: { identifier: name, resourceId: DbiResourceId },
    };
    this.state = JSON.stringify({ version: 3, deployment: { resources: [resource] } });
    this.preview = (without) => ({ steps: without === urn ? [] : this.#getSteps() });
  }

  /** Pulumi removes the tags that the program does not have. */
  #getSteps(): Step[] {
    const { TagList = [] } = this.rds.find(name);
    return TagList.length > 1 ? [{ op: "update", urn, diffReasons: ["tags"] }] : [{ op: "same", urn }];
  }

  #atBorder<T>(change: () => T): T {
    this.calls += 1;
    const kill = this.killAt?.call === this.calls ? this.killAt.when : undefined;
    if (kill === "before") {
      throw new Killed();
    }
    const result = change();
    if (kill === "after") {
      throw new Killed();
    }
    return result;
  }

  get stateId(): string {
    const { deployment } = JSON.parse(this.state) as { deployment: { resources: { id: string }[] } };
    return deployment.resources[0]!.id;
  }

  context(): Context {
    const responses = Object.fromEntries(
      Object.entries(this.rds.responses()).map(([action, respond]) => [
        action,
        action.startsWith("Describe")
          ? respond
          : (input: Record<string, unknown>, region: string) => this.#atBorder(() => respond(input, region)),
      ]),
    );
    return {
      stack: "prod",
      region: "us-west-1",
      clients: fakeAws(responses),
      engine: {
        exportState: () => this.state,
        importState: (text) => {
          this.#atBorder(() => {
            this.state = text;
          });
        },
        readPassword: () => this.readPassword(),
        preview: (without) => this.preview(without),
        update: () => {
          this.#atBorder(() => {
            this.rds.find(name).TagList = [{ Key: "Project", Value: "beo-datastore" }];
          });
        },
      },
      confirm: (question) => {
        this.questions.push(question);
        return this.answers(question);
      },
      confirmDeletion: () => this.deletes,
      print: (text) => {
        requireRegion(text);
        this.printed.push(text);
      },
      pause: () => {
        this.time += this.pauseSeconds * 1000;
        return Promise.resolve();
      },
      keepState: (file, text, consequence) => {
        if (!this.isWritable()) {
          throw new UserError(`Cannot write ${file}. ${consequence}`);
        }
        this.files[file] = text;
        return file;
      },
      readKeptStates: () => Object.values(this.files).reverse(),
      verify: (current, restored) => {
        this.printed.push(`compared ${current.DbiResourceId ?? ""} with ${restored.DbiResourceId ?? ""}`);
        return Promise.resolve({ uncompared: this.uncompared, losses: this.losses });
      },
      describeMissingTools: () => this.missingTools,
      isAttended: this.isAttended,
      requireQuiet: () => this.quiet(),
      now: () => new Date(this.time),
    };
  }

  forward(point = latest, options = {}): Promise<void> {
    return goForward(this.context(), { ...options, choosePoint: () => Promise.resolve(point) });
  }

  back(): Promise<void> {
    return undo(this.context());
  }

  finish(): Promise<void> {
    return finish(this.context());
  }

  /** What matters of AWS and the state. */
  summarize() {
    const names = this.rds.instances.map(
      ({ DBInstanceIdentifier, DbiResourceId, DBInstanceStatus, TagList }) => [
        DBInstanceIdentifier,
        `${DbiResourceId!.slice(-1)} ${DBInstanceStatus ?? ""} ${TagList!.map(({ Key }) => Key).join(" ")}`,
      ],
    );
    return { ...(Object.fromEntries(names) as Record<string, string>), state: this.stateId.slice(-1) };
  }
}

/** Runs until nothing kills it, as a person would. */
async function runTwice(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const cause = (error as Error).cause ?? error;
    expect(cause).to.be.an.instanceOf(Killed);
    await run();
  }
}

async function expectError(run: Promise<void>, message: RegExp): Promise<void> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  expect(error?.message).to.match(message);
  requireRegion(error?.message ?? "");
}

/** The AWS CLI would take that of the shell. */
function requireRegion(text: string): void {
  for (const command of text.match(/\baws [a-z0-9]+ [a-z-]+.*/g) ?? []) {
    expect(command).to.match(/^aws \S+( [a-z-]+)+ --region [a-z]+-[a-z]+-\d /);
  }
}

const switched = {
  [name]: "2 available Project",
  [`${name}-old`]: "1 available Project ReplacedBy RestoreDirection",
  state: "2",
};
const undone = {
  [name]: "1 available Project",
  [`${name}-restored`]: "2 available Project RestoredFrom RestoreConfigured",
  state: "1",
};

describe("npx beo restore", () => {
  it("does not switch to an instance that is gone when the question is answered", async () => {
    const stage = new Stage();
    stage.answers = (question) => {
      if (question.startsWith("Switch")) {
        stage.rds.instances.splice(stage.rds.instances.indexOf(stage.rds.find(`${name}-restored`)), 1);
      }
      return true;
    };
    await expectError(stage.forward(), /changed while the question was open\. Nothing was switched\./);
    expect(stage.summarize()).to.deep.equal({ [name]: "1 available Project", state: "1" });
  });

  it("says how a database that lost its name gets it back", async () => {
    const stage = new Stage();
    stage.rds.find(name).DBInstanceIdentifier = `${name}-old`;
    for (const run of [stage.forward(), stage.back()]) {
      await expectError(
        run,
        /aws rds modify-db-instance --region us-west-1 --db-instance-identifier beo-datastore-prod-old --new-db-instance-identifier beo-datastore-prod --apply-immediately$/,
      );
    }
  });

  it("does not take an instance that was restored days ago for the latest data", async () => {
    const stage = new Stage();
    stage.answers = (question) => !question.startsWith("Switch");
    await expectError(stage.forward(), /The names were not switched/);
    stage.rds.find(`${name}-restored`).InstanceCreateTime = new Date("2026-11-06T06:30:00Z");
    await expectError(
      stage.forward(latest, { latest: true }),
      /was restored 21 d ago, and has not the latest data\./,
    );
    await expectError(stage.forward(), /The names were not switched/);
    expect(stage.printed.join("\n")).to.include(
      `${name}-restored (from "latest", 21 d ago) is beside the database`,
    );
  });

  it("restores beside the database, switches, and updates the stack", async () => {
    const stage = new Stage();
    await stage.forward();
    expect(stage.summarize()).to.deep.equal(switched);
    expect(stage.rds.changes.map(({ action }) => action)).to.deep.equal([
      "RestoreDBInstanceToPointInTime",
      "ModifyDBInstance",
      "RebootDBInstance",
      "AddTagsToResource",
      "ModifyDBInstance",
      "AddTagsToResource",
      "ModifyDBInstance",
      "ModifyDBInstance",
    ]);
    expect(stage.questions).to.deep.equal([
      "Go on? Type yes: ",
      "Switch to the restored database? Type yes: ",
      "Update the stack? Type yes: ",
    ]);
    expect(stage.printed.join("\n")).to.include(`compared db-${"1".padStart(26, "0")} with db-`);
  });

  describe("interrupted", () => {
    // Eight changes of AWS, the state and the update.
    const calls = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    for (const when of ["before", "after"] as const) {
      for (const call of calls) {
        it(`ends as if it had not been, ${when} change ${call}`, async () => {
          const stage = new Stage();
          stage.killAt = { call, when };
          await runTwice(() => stage.forward());
          expect(stage.summarize()).to.deep.equal(switched);
          expect(
            stage.rds.changes.filter(({ action }) => action.startsWith("Restore")),
            "restores once",
          ).to.have.length(1);
          // A run that was complete makes no further call.
          expect(stage.calls).to.be.at.least(calls.length);
        });

        it(`can be undone ${when} change ${call}`, async () => {
          const stage = new Stage();
          stage.killAt = { call, when };
          await stage.forward().catch(() => undefined);
          stage.killAt = undefined;
          await stage.back();
          expect(stage.summarize()).to.deep.include({ state: "1", [name]: "1 available Project" });
        });
      }
    }

    // The password, the direction, the state, the tags of the restored one, two names, the tags of the old one.
    for (const when of ["before", "after"] as const) {
      for (const call of [1, 2, 3, 4, 5, 6, 7]) {
        it(`is undone as if it had not been, ${when} change ${call} of the way back`, async () => {
          const stage = new Stage();
          await stage.forward();
          stage.calls = 0;
          stage.killAt = { call, when };
          await runTwice(() => stage.back());
          expect(stage.summarize()).to.deep.equal(undone);
        });

        it(`goes forward again, ${when} change ${call} of the way back`, async () => {
          const stage = new Stage();
          await stage.forward();
          stage.calls = 0;
          stage.killAt = { call, when };
          await stage.back().catch(() => undefined);
          stage.killAt = undefined;
          await stage.forward();
          // The old one may still be getting its password.
          stage.rds.settle();
          expect(stage.summarize()).to.deep.equal(switched);
        });
      }
    }

    // After the direction, the state, the tags and the first name.
    for (const [call, progress] of [
      [2, "beo-datastore-prod is still the restored database"],
      [
        3,
        "beo-datastore-prod is still the restored database, and the state already has beo-datastore-prod-old",
      ],
      [
        4,
        "beo-datastore-prod is still the restored database, and the state already has beo-datastore-prod-old",
      ],
      [5, "the application has no database, which has the name beo-datastore-prod-old"],
    ] as const) {
      it(`goes forward after change ${call} of the way back only if a person says so`, async () => {
        const stage = new Stage();
        await stage.forward();
        Object.assign(stage, { calls: 0, killAt: { call, when: "after" }, questions: [] });
        await stage.back().catch(() => undefined);
        stage.killAt = undefined;
        stage.rds.settle();
        const before = stage.summarize();
        const text = `--undo was interrupted: ${progress}.`;
        const refused = new RegExp(
          `^${text} Nothing was changed\\. To complete it: npx beo restore prod --undo\\. To decide .*: npx beo restore prod$`,
        );
        stage.isAttended = false;
        await expectError(stage.forward(), refused);
        stage.isAttended = true;
        await expectError(stage.forward(latest, { latest: true }), refused);
        await expectError(stage.finish(), /^--undo of prod was interrupted, and nothing was deleted\. /);
        stage.answers = () => false;
        stage.questions = [];
        await expectError(
          stage.forward(),
          /^Nothing was changed\. To complete the undo: npx beo restore prod --undo$/,
        );
        expect(stage.questions).to.deep.equal(["Switch to the restored database after all? Type yes: "]);
        expect(stage.printed.at(-1)).to.equal(`${text}\nTo complete it: npx beo restore prod --undo`);
        expect(stage.summarize()).to.deep.equal(before);

        stage.answers = () => true;
        await stage.forward();
        expect(stage.summarize()).to.deep.equal(switched);
      });
    }

    it("goes forward without a question about --undo once that is complete, also if it is interrupted again", async () => {
      const stage = new Stage();
      await stage.forward();
      await stage.back();
      // The password twice, the marks of the old one, its name.
      Object.assign(stage, { calls: 0, killAt: { call: 4, when: "after" }, questions: [] });
      await stage.forward().catch(() => undefined);
      stage.rds.settle();
      expect(Object.keys(stage.summarize())).to.deep.equal([`${name}-old`, `${name}-restored`, "state"]);
      stage.killAt = undefined;
      stage.isAttended = false;
      await stage.forward();
      expect(stage.summarize()).to.deep.equal(switched);
      expect(stage.questions.join()).not.to.include("after all");
    });

    for (const when of ["before", "after"] as const) {
      for (const call of [1, 2]) {
        it(`is finished as if it had not been, ${when} change ${call}`, async () => {
          const stage = new Stage();
          await stage.forward();
          stage.calls = 0;
          stage.killAt = { call, when };
          await runTwice(() => stage.finish());
          expect(stage.summarize()).to.deep.equal({ [name]: switched[name], state: "2" });
          expect(stage.rds.snapshots).to.deep.equal([
            { DBSnapshotIdentifier: `${name}-old-db-${"1".padStart(26, "0")}` },
          ]);
        });
      }
    }
  });

  it("keeps the state before it changes anything, and before it changes the state", async () => {
    const stage = new Stage();
    const before = stage.state;
    await stage.forward();
    expect(Object.keys(stage.files)).to.have.length(1);
    expect(Object.values(stage.files)).to.deep.equal([before]);
    expect(Object.keys(stage.files)[0]).to.match(/^state-prod-[0-9a-f]{12}\.json$/);
  });

  it("changes nothing without a yes", async () => {
    for (const [question, expected] of [
      ["Go on?", { [name]: "1 available Project", state: "1" }],
      ["Switch to", undone],
      ["Update the stack?", { ...switched, [name]: "2 available Project RestoredFrom RestoreConfigured" }],
    ] as const) {
      const stage = new Stage();
      stage.answers = (asked) => !asked.startsWith(question);
      const error = await stage.forward().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error?.message).to.match(/^Nothing was changed\.$|npx beo restore prod/);
      expect(stage.summarize(), question).to.deep.equal(expected);
    }
  });

  it("changes nothing if the state cannot be kept, and goes on once it can", async () => {
    const stage = new Stage();
    stage.isWritable = () => false;
    await expectError(
      stage.forward(),
      /^Cannot write state-prod-[0-9a-f]{12}\.json\. Nothing was changed\.$/,
    );
    expect(stage.summarize()).to.deep.equal({ [name]: "1 available Project", state: "1" });
    // The folder can be written to until the names are switched.
    stage.isWritable = () => Object.keys(stage.files).length === 0;
    await expectError(
      stage.forward(),
      /^Cannot write state-prod-[0-9a-f]{12}\.json\. The state was not changed\.$/,
    );
    expect(stage.summarize().state).to.equal("1");
    stage.isWritable = () => true;
    await stage.forward();
    expect(stage.summarize().state).to.equal("2");
  });

  it("sets the state's password in the request, and prints it nowhere", async () => {
    const stage = new Stage();
    await stage.forward();
    const modified = stage.rds.changes.filter(({ input }) => input.MasterUserPassword === password);
    // With the settings, and right before the switch: the question may wait for hours.
    expect(modified.map(({ input }) => input.DBInstanceIdentifier)).to.deep.equal([
      `${name}-restored`,
      `${name}-restored`,
    ]);
    expect(stage.printed.join("\n")).not.to.include(password);
  });

  it("gives the instance that gets the name a password that was rotated since, in both directions", async () => {
    const stage = new Stage();
    await stage.forward();
    const getPasswords = () =>
      stage.rds.changes.flatMap(({ input }) =>
        input.NewDBInstanceIdentifier === undefined
          ? input.MasterUserPassword === undefined
            ? []
            : `${input.DBInstanceIdentifier as string}: ${input.MasterUserPassword as string}`
          : `${input.DBInstanceIdentifier as string} is renamed`,
      );
    stage.rds.changes.length = 0;
    stage.password = "Rotated-password2";
    await stage.back();
    expect(getPasswords()).to.deep.equal([
      `${name}-old: Rotated-password2`,
      `${name} is renamed`,
      `${name}-old is renamed`,
    ]);
    stage.rds.changes.length = 0;
    stage.password = "Rotated-password3";
    await stage.forward();
    // Before the rows are compared, and before the switch.
    expect(getPasswords()).to.deep.equal([
      `${name}-restored: Rotated-password3`,
      `${name}-restored: Rotated-password3`,
      `${name} is renamed`,
      `${name}-restored is renamed`,
    ]);
    expect(stage.printed.join("\n")).not.to.include("Rotated");
  });

  const removal = { op: "delete", urn: "urn:pulumi:prod::beo-datastore::aws:sqs/queue:Queue::beo-queue" };
  const replacement = { op: "replace", urn, diffReasons: ["username"] };

  it("puts the state back if the update would replace or delete something, and tells what apart", async () => {
    // As `pulumi preview --json` reports a protected resource (3.259.0).
    const isProtected = `error: unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\``;
    const others = "An update would replace or delete other resources: delete beo-queue.";
    const databases = "An update would replace, delete or create a database: ";
    const cases: [UpdatePreview, string][] = [
      [{ steps: [replacement] }, `${databases}replace beo-db-instance (username).`],
      [{ steps: [replacement], error: isProtected }, `${databases}replace beo-db-instance (username).`],
      [{ steps: [{ op: "create", urn }] }, `${databases}create beo-db-instance.`],
      [{ steps: [removal] }, others],
      [{ steps: [removal, replacement] }, `${others}\n${databases}replace beo-db-instance (username).`],
      [{ steps: [], error: "error: ExpiredToken" }, "The preview of an update failed:\nerror: ExpiredToken"],
      [
        { steps: [removal], error: "error: boom" },
        `The preview of an update failed:\nerror: boom\n${others}`,
      ],
    ];
    for (const [preview, problem] of cases) {
      const stage = new Stage();
      // What is to come of the database itself is no reason not to begin.
      stage.preview = (without) => (without === urn ? { steps: [] } : preview);
      const error = await stage.forward().then(
        () => undefined,
        (reason: unknown) => reason as Error,
      );
      expect(error?.message).to.equal(
        `${problem}\nThe state has the old database again (${name}-old). The application uses the restored one (${name}). Solve what the preview reports, or set what it would replace as AWS has it; then run the command again: npx beo restore prod. To switch back to the old database: npx beo restore prod --undo`,
      );
      expect(stage.stateId.slice(-1)).to.equal("1");
      await stage.back();
      expect(stage.summarize()).to.deep.equal(undone);
    }
  });

  const refused: [string, UpdatePreview][] = [
    ["fails", { steps: [], error: "error: ExpiredToken" }],
    ["would delete another resource", { steps: [removal] }],
  ];
  for (const [reason, preview] of refused) {
    it(`changes nothing if an update ${reason}, before the restore and before the switch`, async () => {
      const stage = new Stage();
      const good = stage.preview;
      stage.preview = () => preview;
      await expectError(
        stage.forward(),
        /^(The preview|An update) .*\nNothing was changed\. .*npx pulumi preview/s,
      );
      expect(stage.rds.changes).to.deep.equal([]);
      expect(stage.questions).to.deep.equal([]);

      stage.preview = good;
      stage.answers = (question) => {
        stage.preview = () => preview;
        return question.startsWith("Go on?");
      };
      await expectError(stage.forward(), /^(The preview|An update) .*\nThe names were not switched/s);
      expect(stage.summarize()).to.deep.equal(undone);
      expect(stage.questions).to.deep.equal(["Go on? Type yes: "]);
    });
  }

  it("does not switch without a person to a database that could not be compared", async () => {
    const stage = new Stage();
    stage.uncompared = "The rows were not compared: psql is not on PATH (docs/shell.md).";
    stage.isAttended = false;
    await expectError(
      stage.forward(),
      /^The rows were not compared: psql is not on PATH \(docs\/shell\.md\)\.\nThe names were not switched: .* To decide yourself: npx beo restore prod\. To switch without comparing: npx beo restore prod --yes --skip-verify$/,
    );
    expect(stage.summarize()).to.deep.equal(undone);
    stage.isAttended = true;
    await stage.forward();
    expect(stage.printed).to.include(stage.uncompared);
    expect(stage.summarize()).to.deep.equal(switched);
  });

  it("does not switch without a person to a database that lacks data, and asks a person with a warning", async () => {
    const stage = new Stage();
    stage.losses = "The restored database has no tables.";
    stage.isAttended = false;
    const expected =
      "The restored database has no tables.\nThe names were not switched: with --yes, each table that has rows now must have rows in the restored database. To decide yourself: npx beo restore prod. To restore another point, delete this one first: npx beo restore prod --undo";
    const getError = () =>
      stage.forward().then(
        () => undefined,
        (reason: unknown) => (reason as Error).message,
      );
    expect(await getError()).to.equal(expected);
    stage.uncompared = "The rows of 1 table were not compared:";
    expect(await getError()).to.equal(`${stage.uncompared}\n${expected}`);
    expect(stage.summarize()).to.deep.equal(undone);

    stage.isAttended = true;
    stage.questions = [];
    await stage.forward();
    expect(stage.questions[0]).to.equal(
      "WARNING: The restored database has no tables.\nSwitch to the restored database nevertheless? Type yes: ",
    );
    expect(stage.summarize()).to.deep.equal(switched);
  });

  it("says before a restore that its rows cannot be compared, and does not begin without a person", async () => {
    const stage = new Stage();
    stage.missingTools = "psql is not on PATH (docs/shell.md).";
    stage.isAttended = false;
    await expectError(
      stage.forward(),
      /^The rows cannot be compared: psql is not on PATH \(docs\/shell\.md\)\. .* Nothing was changed\. .*--skip-verify/,
    );
    expect(stage.rds.changes).to.deep.equal([]);
    stage.isAttended = true;
    stage.answers = () => false;
    await expectError(stage.forward(), /^Nothing was changed\.$/);
    expect(stage.printed).to.include("\nThe rows will not be compared: psql is not on PATH (docs/shell.md).");
  });

  it("finds that the state cannot be decrypted before it changes anything", async () => {
    const stage = new Stage();
    stage.readPassword = () => {
      throw new Error("incorrect passphrase");
    };
    await expectError(stage.forward(), /^incorrect passphrase$/);
    expect(stage.rds.changes).to.deep.equal([]);
    expect(stage.questions).to.deep.equal([]);
  });

  it("restores the data of another database only after a question about that, and not with --yes", async () => {
    for (const foreign of [
      { ...latest, label: "snapshot copy", snapshot: "copy", source: "beo-datastore-staging" },
      { ...latest, label: "backup latest", backup: "backup", source: "beo-datastore-staging" },
    ]) {
      const stage = new Stage();
      stage.isAttended = false;
      await expectError(
        stage.forward(foreign),
        new RegExp(
          `^${foreign.label} is of the database beo-datastore-staging, not of ${name}, .* run the command without --yes\\.$`,
        ),
      );
      stage.isAttended = true;
      stage.answers = () => false;
      await expectError(stage.forward(foreign), /^Nothing was changed\.$/);
      expect(stage.questions).to.deep.equal([
        "Restore the data of beo-datastore-staging into prod? Type yes: ",
      ]);
      expect(stage.rds.changes).to.deep.equal([]);
      const plan = stage.printed.at(-1)!;
      expect(plan).to.match(/ (copy|backup) of the database beo-datastore-staging:\n/);
      expect(plan).to.include(
        `\nTHIS IS THE DATA OF ANOTHER DATABASE: of beo-datastore-staging, not of ${name}.`,
      );
    }
    // A person began it, and it was interrupted.
    const foreign = { ...latest, label: "snapshot copy", snapshot: "copy", source: "beo-datastore-staging" };
    const begun = new Stage();
    begun.answers = (question) => !question.startsWith("Switch");
    await expectError(begun.forward(foreign), /^The names were not switched: /);
    begun.isAttended = false;
    begun.answers = () => true;
    const before = begun.summarize();
    for (const options of [{}, { snapshot: "copy" }]) {
      await expectError(
        begun.forward(foreign, options),
        /^beo-datastore-prod-restored has the data of the database beo-datastore-staging\. --yes does not switch/,
      );
    }
    expect(begun.summarize()).to.deep.equal(before);
    begun.isAttended = true;
    await begun.forward(foreign);
    expect(begun.summarize()).to.deep.equal(switched);
    // The instances that a restore leaves beside the database had its data.
    for (const source of [name, `${name}-old`, `${name}-restored`]) {
      const stage = new Stage();
      stage.isAttended = false;
      await stage.forward({ ...latest, label: "snapshot own", snapshot: "own", source });
      expect(stage.summarize()).to.deep.equal(switched);
    }
  });

  it("gives the state its replication back on the way back, in every order", async () => {
    const stage = new Stage();
    const type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";
    const id = "arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1";
    const replication = {
      urn: "urn:replication",
      type,
      id,
      inputs: {},
      outputs: { region: "us-west-2", id },
    };
    const state = JSON.parse(stage.state) as { deployment: { resources: object[] } };
    state.deployment.resources.push(replication);
    stage.state = JSON.stringify(state);
    stage.rds.find(name).DBInstanceAutomatedBackupsReplications = [{ DBInstanceAutomatedBackupsArn: id }];
    const getReplications = () =>
      (
        JSON.parse(stage.state) as { deployment: { resources: { type: string }[] } }
      ).deployment.resources.filter((resource) => resource.type === type);
    for (const round of [1, 2]) {
      stage.answers = (question) => {
        if (question.startsWith("Switch")) {
          // RDS replicates the backups of the restored one only once the update has asked for it.
          stage.rds.find(`${name}-restored`).DBInstanceAutomatedBackupsReplications = [];
        }
        return !question.startsWith("Update");
      };
      await expectError(stage.forward(), /^The stack was not updated\./);
      expect(getReplications(), `forward ${round}`).to.deep.equal([]);
      await stage.back();
      expect(stage.stateId.slice(-1)).to.equal("1");
      expect(getReplications(), `back ${round}`).to.deep.equal([replication]);
    }
    await expectError(stage.forward(), /^The stack was not updated\./);
    // On another machine.
    for (const file of Object.keys(stage.files)) {
      stage.files[file] = "{";
    }
    await stage.back();
    expect(stage.printed.join("\n")).to.match(
      /does not have the replication arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1 of .* stop-db-instance-automated-backups-replication --region us-west-2 /,
    );
  });

  it("reads the kept states of its stack alone, the newest first", () => {
    const folder = mkdtempSync(join(tmpdir(), "restore-"));
    try {
      for (const [index, file] of [
        "state-org-prod-0123456789ab.json",
        "state-org-prod-ba9876543210.json",
        "state-org-prod-2-0123456789ab.json",
        "state-org-prod-0123456789ab.part.json",
        "state-before.json",
      ].entries()) {
        writeFileSync(join(folder, file), file);
        utimesSync(join(folder, file), index + 1, index + 1);
      }
      expect(readKeptStates(folder, "org/prod")).to.deep.equal([
        "state-org-prod-ba9876543210.json",
        "state-org-prod-0123456789ab.json",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
  for (const [status, remedy] of [
    ["failed", "See why: "],
    ["restore-error", "See why: "],
    ["inaccessible-encryption-credentials", "See why: "],
    ["inaccessible-encryption-credentials-recoverable", "RDS cannot use its KMS key. Enable the key, "],
    ["incompatible-network", "RDS cannot recover it in its VPC, "],
    ["incompatible-option-group", "RDS could not apply a change of its option group."],
    ["incompatible-parameters", "RDS cannot start it with the parameters of its parameter group."],
    ["storage-full", "Its storage is full. Raise database.allocatedStorage"],
  ] as const) {
    it(`says what ends the status ${status} of the database`, async () => {
      const stage = new Stage({ DBInstanceStatus: status });
      await expectError(
        stage.forward(),
        new RegExp(
          `^${name} is ${status}, and RDS does not leave that by itself .*\\n${remedy}.*docs/restoring\\.md#a-database-that-failed$`,
          "s",
        ),
      );
      expect(stage.rds.changes).to.deep.equal([]);
    });
  }

  for (const status of ["backing-up", "configuring-enhanced-monitoring", "modifying"]) {
    it(`waits while the database is ${status}, and says so`, async () => {
      const stage = new Stage();
      stage.rds.start(stage.rds.find(name), status);
      await stage.forward();
      expect(stage.printed[0]).to.equal(`${name}: ${status}.`);
      expect(stage.summarize()).to.deep.equal(switched);
    });
  }

  it("does not wait for the optimization of the storage, which may take a day", async () => {
    const stage = new Stage({ DBInstanceStatus: "storage-optimization" });
    stage.answers = (question) => !question.startsWith("Switch");
    await expectError(stage.forward(), /^The names were not switched/);
    expect(stage.printed[0]).to.equal(`${name}: storage-optimization.`);
  });

  for (const status of [
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "incompatible-parameters",
    "restore-error",
    "storage-full",
  ]) {
    it(`deletes a restored instance that is ${status}, after a question`, async () => {
      const stage = new Stage();
      stage.answers = (question) => !question.startsWith("Switch");
      await expectError(stage.forward(), /^The names were not switched/);
      const restored = stage.rds.find(`${name}-restored`);
      restored.DBInstanceStatus = status;
      await expectError(stage.forward(), new RegExp(`is ${status}, .*npx beo restore prod --undo$`, "s"));
      await stage.back();
      expect(stage.printed.at(-2)).to.match(/It is only a copy, restored from "latest": /);
      expect(stage.printed.at(-1)).to.match(/-restored is kept, .*npx beo restore prod --undo$/);
      expect(stage.rds.instances).to.have.length(2);
      stage.deletes = true;
      await stage.back();
      expect(stage.summarize()).to.deep.equal({ [name]: "1 available Project", state: "1" });
      expect(stage.rds.snapshots, "it is only a copy").to.deep.equal([]);
    });
  }

  it("keeps a snapshot of what was written to a restored instance that failed since, where RDS takes one", async () => {
    for (const [status, count, note] of [
      ["storage-full", 1, /has what was written then\.$/],
      ["failed", 0, /RDS takes no final snapshot of it: /],
    ] as const) {
      const stage = new Stage();
      await stage.forward();
      await stage.back();
      stage.rds.find(`${name}-restored`).DBInstanceStatus = status;
      await stage.back();
      expect(stage.printed.at(-2)).to.match(note);
      stage.deletes = true;
      await stage.back();
      expect(stage.summarize()).to.deep.equal({ [name]: "1 available Project", state: "1" });
      expect(stage.rds.snapshots).to.have.length(count);
    }
  });

  it("does not switch without a person to what --undo left, or to a restore of days ago", async () => {
    const stage = new Stage();
    await stage.forward();
    await stage.back();
    stage.isAttended = false;
    await expectError(
      stage.forward(),
      /^beo-datastore-prod-restored was the database of prod until --undo\. --yes .* npx beo restore prod\. .* npx beo restore prod --undo$/,
    );
    expect(stage.summarize()).to.deep.equal(undone);
    stage.isAttended = true;
    await stage.forward();
    expect(stage.summarize()).to.deep.equal(switched);

    const second = new Stage();
    second.answers = (question) => !question.startsWith("Switch");
    await expectError(second.forward(), /^The names were not switched/);
    second.answers = () => true;
    second.isAttended = false;
    const restored = second.rds.find(`${name}-restored`);
    restored.InstanceCreateTime = new Date("2026-11-25T06:30:00Z");
    await expectError(
      second.forward(),
      /^beo-datastore-prod-restored was restored from "latest" 2 d ago\. --yes /,
    );
    expect(second.summarize()).to.deep.equal(undone);
    restored.InstanceCreateTime = new Date("2026-11-27T05:30:00Z");
    await second.forward();
    expect(second.summarize()).to.deep.equal(switched);
  });

  it("takes a snapshot by its name, however that is written and ends", async () => {
    const stage = new Stage();
    stage.answers = (question) => !question.startsWith("Switch");
    const snapshot = { ...latest, label: "snapshot before-latest", snapshot: "before-latest" };
    await expectError(stage.forward(snapshot, { snapshot: "before-latest" }), /^The names were not switched/);
    stage.rds.find(`${name}-restored`).InstanceCreateTime = new Date("2026-11-26T06:30:00Z");
    stage.answers = () => true;
    await stage.forward(snapshot, { snapshot: "BEFORE-latest" });
    expect(stage.summarize()).to.deep.equal(switched);
  });

  it("says that a renaming waits for the maintenance window, and how to make it", async () => {
    const stage = new Stage();
    stage.pauseSeconds = 60;
    const PendingModifiedValues = { DBInstanceIdentifier: "other" };
    Object.assign(stage.rds.find(name), { PendingModifiedValues });
    await expectError(
      stage.forward(),
      /^beo-datastore-prod waits for its maintenance window to get the name other\. Rename it now: aws rds modify-db-instance --region us-west-1 --db-instance-identifier beo-datastore-prod --new-db-instance-identifier other --apply-immediately\./,
    );
    expect(stage.printed.slice(0, 2)).to.deep.equal([
      "Waiting for 3 min: beo-datastore-prod is being renamed …",
      "Waiting for 6 min: beo-datastore-prod is being renamed …",
    ]);
    expect(stage.printed).to.have.length(9);
  });

  it("deletes the restored database only after a yes of its own", async () => {
    const stage = new Stage();
    await stage.forward();
    await stage.back();
    expect(stage.printed.at(-1)).to.match(/-restored is kept, .*npx beo restore prod --undo/);
    stage.deletes = true;
    await stage.back();
    expect(stage.summarize()).to.deep.equal({ [name]: "1 available Project", state: "1" });
    expect(stage.rds.snapshots).to.have.length(1);
    await stage.back();
    expect(stage.printed.at(-1)).to.match(/^There is nothing to undo/);
  });

  it("does not take a database that was undone for the point that the command line names", async () => {
    for (const question of ["Update the stack?", "none"]) {
      const stage = new Stage();
      stage.answers = (asked) => !asked.startsWith(question);
      await stage.forward(latest, { latest: true }).catch(() => undefined);
      await stage.back();
      const { TagList } = stage.rds.find(`${name}-restored`);
      expect(TagList).to.deep.include({ Key: "RestoredFrom", Value: "undone" });
      stage.answers = () => true;
      for (const [options, point] of [
        [{ latest: true }, "latest"],
        [{ snapshot: "before" }, "snapshot before"],
      ] as const) {
        await expectError(
          stage.forward(latest, options),
          new RegExp(
            `^${name}-restored was the database of prod until --undo, .* To restore ${point}, delete it first: npx beo restore prod --undo$`,
          ),
        );
      }
      await stage.forward();
      expect(stage.printed.join("\n")).to.include(
        `${name}-restored, the database until --undo, is beside the database.`,
      );
      expect(stage.summarize()).to.deep.equal(switched);
    }
  });

  it("does not finish what is not complete", async () => {
    const stage = new Stage();
    await stage.finish();
    expect(stage.printed.at(-1)).to.match(/^There is nothing to finish/);
    stage.answers = (question) => !question.startsWith("Update");
    await stage.forward().catch(() => undefined);
    const error = await stage.finish().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).to.match(/not complete, and nothing was deleted/);
    expect(stage.rds.instances).to.have.length(2);
  });

  it("finds the database after a refresh has given the state the name of the old one", async () => {
    const stage = new Stage();
    stage.killAt = { call: 9, when: "before" };
    await stage.forward().catch(() => undefined);
    stage.killAt = undefined;
    stage.state = stage.state.replaceAll(`"${name}"`, `"${name}-old"`);
    await stage.forward();
    expect(stage.summarize()).to.deep.equal(switched);
  });

  describe("refuses", () => {
    const fail = (stage: Stage, options = {}) =>
      stage.forward(latest, options).then(
        () => expect.fail("it did not refuse"),
        (error: unknown) => (error as Error).message,
      );

    it("a database that is stopped, has changes to come, has a long name or has a replica", async () => {
      const long = "a".repeat(55);
      for (const [instance, message] of [
        [{ DBInstanceStatus: "stopped" }, `${name} is stopped. Start it: npx beo wake prod`],
        [{ PendingModifiedValues: { DBInstanceClass: "db.m6g.large" } }, "window (DBInstanceClass), and"],
        [{ ReadReplicaDBInstanceIdentifiers: ["replica"] }, `${name} has replicas or is one (replica).`],
        [{ ReadReplicaSourceDBInstanceIdentifier: "other" }, `${name} has replicas or is one (other).`],
      ] as const) {
        const stage = new Stage(instance as Partial<DBInstance>);
        expect(await fail(stage)).to.include(message);
        expect(stage.rds.changes).to.deep.equal([]);
      }
      const stage = new Stage();
      stage.state = stage.state.replaceAll(name, long).replaceAll(/db-0+1/g, `db-${"2".padStart(26, "0")}`);
      stage.rds.instances.length = 0;
      stage.rds.add({ ...database, DBInstanceIdentifier: long });
      expect(await fail(stage)).to.include(`${long}-restored (64 characters). The maximum is 63.`);
    });

    it("instances with its names that it did not create", async () => {
      for (const ending of ["-restored", "-old"]) {
        const stage = new Stage();
        stage.rds.add({ ...database, DBInstanceIdentifier: name + ending });
        expect(await fail(stage)).to.match(new RegExp(`^${name}${ending} exists, but this command did not`));
        expect(stage.rds.changes).to.deep.equal([]);
      }
    });

    it("another point while a restore is under way", async () => {
      const stage = new Stage();
      stage.answers = (question) => !question.startsWith("Switch");
      await stage.forward().catch(() => undefined);
      expect(await fail(stage, { snapshot: "other" })).to.include('from "latest" is under way');
      stage.answers = () => true;
      await stage.forward(latest, { latest: true });
      expect(await fail(stage, { latest: true })).to.equal(
        "The restore before this one is not finished. Keep its database, and delete the old one: npx beo restore prod --finish. Or go back to the old one: npx beo restore prod --undo",
      );
    });

    it("another class while a restore is under way", async () => {
      const stage = new Stage({ DBInstanceClass: "db.m6g.large" });
      stage.answers = (question) => !question.startsWith("Switch");
      await stage.forward(latest, { class: "db.m7g.large" }).catch(() => undefined);
      expect(stage.rds.changes[0]?.input).to.include({ DBInstanceClass: "db.m7g.large" });
      stage.rds.find(`${name}-restored`).DBInstanceClass = "db.m7g.large";
      stage.answers = () => true;
      expect(await fail(stage, { class: "db.r7g.large" })).to.equal(
        `A restore of prod is under way, and ${name}-restored has the class db.m7g.large, not db.r7g.large. Go on with it, without --class: npx beo restore prod. Or undo it first: npx beo restore prod --undo`,
      );
      await stage.forward(latest, { class: "db.m7g.large" });
      expect(stage.summarize()).to.deep.equal(switched);
    });

    it("a state with an interrupted update, without a database, or whose database AWS does not have", async () => {
      const stage = new Stage();
      const { state } = stage;
      stage.state = state.replace('"deployment":{', '"deployment":{"pending_operations":[{}],');
      expect(await fail(stage)).to.include("npx beo recover prod");
      stage.state = state.replace("beo:index:Database$", "");
      expect(await fail(stage)).to.match(/^The state of prod has no database of the program/);
      stage.state = state.replaceAll(stage.stateId, `db-${"9".repeat(26)}`);
      expect(await fail(stage)).to.match(/which is none of .*npx beo recover prod$/);
      stage.state = state.replaceAll(/"id":"[^"]+"/g, `"id":"${name}"`);
      expect(await fail(stage)).to.include("npx pulumi refresh -s prod");
    });

    it("environments that are being changed", async () => {
      const application = {
        urn: "application",
        type: "aws:elasticbeanstalk/application:Application",
        outputs: { name },
      };
      const check = async (resources: object[], ...statuses: string[]) => {
        const Environments = statuses.map((Status, index) => ({
          EnvironmentName: `environment-${index}`,
          Status,
        }));
        await requireQuiet(resources as never, fakeAws({ DescribeEnvironments: () => ({ Environments }) }));
      };
      await check([application], "Ready", "Ready", "Terminated");
      await check([]);
      const message = await check([application], "Ready", "Updating").then(
        () => expect.fail("it did not refuse"),
        (error: unknown) => (error as Error).message,
      );
      expect(message).to.match(
        /^environment-1 is Updating\. Wait until it is Ready: eb status environment-1\./,
      );
    });

    it("to switch while eb deploy is running", async () => {
      const stage = new Stage();
      let asked = 0;
      stage.quiet = () => {
        asked += 1;
        return asked === 1 ? Promise.resolve() : Promise.reject(new Error("web is Updating"));
      };
      expect(await fail(stage)).to.equal("web is Updating");
      expect(stage.summarize()).to.deep.equal(undone);
    });
  });
});
