import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import type { Responses } from "./fake-aws";
import { awsError } from "./fake-aws";

type Input = Record<string, unknown>;
type Tags = { Key: string; Value: string }[];

/** How often an instance is described before a change of it is done: RDS takes minutes. */
const delay = 2;

/**
 * RDS as its API reference describes it: an instance is created and modified in the background, and keeps its resource id when it
 * gets another name.
 */
export class FakeRds {
  readonly instances: DBInstance[] = [];
  readonly snapshots: DBSnapshot[] = [];
  /** The requests that changed something. Passwords as they are. */
  readonly changes: { action: string; input: Input }[] = [];
  #background: { instance: DBInstance; left: number; complete: () => void }[] = [];
  #created = 0;

  add(instance: DBInstance): DBInstance {
    this.#created += 1;
    const complete = {
      DBInstanceStatus: "available",
      TagList: [],
      PendingModifiedValues: {},
      ...instance,
      DbiResourceId: `db-${String(this.#created).padStart(26, "0")}`,
      DBInstanceArn: `arn:aws:rds:us-west-1:123456789012:db:created-${this.#created}`,
    };
    this.instances.push(complete);
    return complete;
  }

  find(name: unknown): DBInstance {
    const found = this.instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
    if (found === undefined) {
      throw awsError("DBInstanceNotFoundFault");
    }
    return found;
  }

  /** Completes what runs in the background. */
  settle(): void {
    for (const { complete } of this.#background.splice(0)) {
      complete();
    }
  }

  responses(): Responses {
    const change =
      (action: string, respond: (input: Input) => void): Responses[string] =>
      (input) => {
        respond(input);
        this.changes.push({ action, input });
        return {};
      };
    return {
      DescribeDBInstances: () => {
        this.#pass();
        return { DBInstances: structuredClone(this.instances) };
      },
      DescribeDBSnapshots: ({ DBSnapshotIdentifier: id }) => {
        const found = this.snapshots.filter((one) => id === undefined || one.DBSnapshotIdentifier === id);
        if (found.length === 0 && id !== undefined) {
          throw awsError("DBSnapshotNotFoundFault");
        }
        return { DBSnapshots: found };
      },
      DescribeDBInstanceAutomatedBackups: () => ({ DBInstanceAutomatedBackups: [] }),
      RestoreDBInstanceToPointInTime: change("RestoreDBInstanceToPointInTime", (input) => {
        this.#restore(input.TargetDBInstanceIdentifier, this.find(input.SourceDBInstanceIdentifier), input);
      }),
      RestoreDBInstanceFromDBSnapshot: change("RestoreDBInstanceFromDBSnapshot", (input) => {
        this.#restore(input.DBInstanceIdentifier, this.instances[0]!, input);
      }),
      ModifyDBInstance: change("ModifyDBInstance", (input) => {
        this.#modify(this.find(input.DBInstanceIdentifier), input);
      }),
      RebootDBInstance: change("RebootDBInstance", (input) => {
        const instance = this.find(input.DBInstanceIdentifier);
        this.#requireAvailable(instance);
        instance.DBParameterGroups = instance.DBParameterGroups?.map((group) => ({
          ...group,
          ParameterApplyStatus: "in-sync",
        }));
        this.start(instance, "rebooting");
      }),
      DeleteDBInstance: change("DeleteDBInstance", (input) => {
        const instance = this.find(input.DBInstanceIdentifier);
        if (instance.DeletionProtection) {
          throw awsError("InvalidParameterCombinationException");
        }
        if (input.SkipFinalSnapshot !== true) {
          // DeleteDBInstance, SkipFinalSnapshot.
          if (/^(failed|incompatible-(restore|network))$/.test(instance.DBInstanceStatus ?? "")) {
            throw awsError("InvalidDBInstanceStateFault");
          }
          this.snapshots.push({ DBSnapshotIdentifier: input.FinalDBSnapshotIdentifier as string });
        }
        this.start(instance, "deleting", () => {
          this.instances.splice(this.instances.indexOf(instance), 1);
        });
      }),
      AddTagsToResource: change("AddTagsToResource", ({ ResourceName, Tags: added }) => {
        const instance = this.instances.find(({ DBInstanceArn }) => DBInstanceArn === ResourceName)!;
        const names = (added as Tags).map(({ Key }) => Key);
        instance.TagList = [
          ...(instance.TagList ?? []).filter(({ Key = "" }) => !names.includes(Key)),
          ...(added as Tags),
        ];
      }),
      RemoveTagsFromResource: change("RemoveTagsFromResource", ({ ResourceName, TagKeys }) => {
        const instance = this.instances.find(({ DBInstanceArn }) => DBInstanceArn === ResourceName)!;
        instance.TagList = instance.TagList?.filter(({ Key = "" }) => !(TagKeys as string[]).includes(Key));
      }),
    };
  }

  #restore(name: unknown, source: DBInstance, input: Input): void {
    if (this.instances.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name)) {
      throw awsError("DBInstanceAlreadyExistsFault");
    }
    const instance = this.add({
      ...source,
      DBInstanceIdentifier: name as string,
      DeletionProtection: input.DeletionProtection as boolean,
      TagList: input.Tags as Tags,
      Endpoint: { Address: `${name as string}.example.com`, Port: 5432 },
      DBParameterGroups: [
        {
          DBParameterGroupName: input.DBParameterGroupName as string,
          ParameterApplyStatus: "pending-reboot",
        },
      ],
    });
    this.start(instance, "creating");
  }

  #modify(instance: DBInstance, input: Input): void {
    const { NewDBInstanceIdentifier: name, DeletionProtection: isProtected } = input;
    if (isProtected !== undefined) {
      instance.DeletionProtection = isProtected as boolean;
      return;
    }
    this.#requireAvailable(instance);
    if (typeof name === "string") {
      if (this.instances.some(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name)) {
        throw awsError("DBInstanceAlreadyExistsFault");
      }
      this.start(instance, "renaming", () => {
        instance.DBInstanceIdentifier = name;
      });
    } else {
      this.start(instance, "modifying");
    }
  }

  #requireAvailable({ DBInstanceStatus }: DBInstance): void {
    if (DBInstanceStatus !== "available") {
      throw awsError("InvalidDBInstanceStateFault");
    }
  }

  /** Gives an instance a status for a while. */
  start(instance: DBInstance, status: string, complete: () => void = () => undefined): void {
    instance.DBInstanceStatus = status;
    this.#background.push({
      instance,
      left: delay,
      complete: () => {
        instance.DBInstanceStatus = "available";
        complete();
      },
    });
  }

  #pass(): void {
    for (const change of this.#background) {
      change.left -= 1;
      if (change.left < 0) {
        change.complete();
      }
    }
    this.#background = this.#background.filter(({ left }) => left >= 0);
  }
}
