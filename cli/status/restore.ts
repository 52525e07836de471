import { type DBInstance, paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import { collect } from "../recover/existing";
import { describeInterruptedUndo } from "../restore/interrupted-undo";
import {
  findInstances,
  getOldName,
  getPosition,
  getRestoredName,
  isGoingBack,
  type Position,
} from "../restore/position";
import { getTag, tagNames, undone } from "../restore/tags";
import type { Check, Line } from "../report";
import { UserError } from "../user-error";
import { type Context, getOutput, ofType } from "./context";

/** A guided restore that is under way, and what one has left. Both cost as much as the database. */
export function checkRestore(context: Context): Check[] {
  const { clients, stack, region } = context;
  return ofType(context, "rds/instance:Instance").map((instance) => ({
    topic: "Database",
    actions: ["rds:DescribeDBInstances"],
    read: async () => {
      const all = await collect(
        paginateDescribeDBInstances({ client: clients.rds() }, {}),
        ({ DBInstances }) => DBInstances,
      );
      const stateId = instance.id ?? "";
      const instances = findInstances(all, stateId, getOutput(instance, "identifier"));
      const position = findPosition(() => getPosition({ stack, region }, stateId, instances));
      if (position === undefined) {
        return [];
      }
      return isGoingBack(instances)
        ? [describeUndo(position, stack, instances.name)]
        : describe(position, stack, instances.name, instances.restored);
    },
  }));
}

/** Instances that have the names of a restore's and are none of it are not the stack's. */
function findPosition(read: () => Position): Position | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

/** With --undo interrupted, going on without it would take back that decision. */
function describeUndo(position: Position, stack: string, name: string): Line {
  return {
    level: "error",
    text: `${describeInterruptedUndo(position, name)} Complete it before the next update:`,
    fix: [`npx beo restore ${stack} --undo`],
  };
}

function describe(
  position: Position,
  stack: string,
  name: string,
  restoredInstance: DBInstance | undefined,
): Line[] {
  const [restored, old] = [getRestoredName(name), getOldName(name)];
  const from = restoredInstance && getTag(restoredInstance, tagNames.restoredFrom);
  const goOn = `npx beo restore ${stack}`;
  switch (position) {
    case "intact":
      return [];
    case "restoring":
      return from === undone
        ? [
            {
              level: "note",
              text: `${restored} was the database until --undo. To delete it:`,
              fix: [`${goOn} --undo`],
            },
          ]
        : [
            {
              level: "warning",
              text: `A restore is under way: ${restored} (from "${from ?? ""}") is beside the database. To go on, or to delete it:`,
              fix: [goOn, `${goOn} --undo`],
            },
          ];
    case "half-switched":
      return [
        {
          level: "error",
          text: `A restore was interrupted: the application has no database, which has the name ${old}. Go on:`,
          fix: [goOn],
        },
      ];
    case "switched":
      return [
        {
          level: "error",
          text: `A restore was interrupted: ${name} is the restored database, and the state still has ${old}. Go on before the next update:`,
          fix: [goOn],
        },
      ];
    case "recorded":
      return [
        {
          level: "note",
          text: `${old} is the database before the last restore. To delete it, with a final snapshot:`,
          fix: [`${goOn} --finish`],
        },
      ];
  }
}
