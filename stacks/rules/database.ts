import { removeCommand, setCommand } from "../commands";
import { type Rules, when } from "./rule";

/** The data. */
export const database: Rules = {
  "data is protected outside dev": ({ settings: { environment, protect } }) =>
    when(environment !== "dev" && !protect, () => ({
      key: "protect",
      message: `is false: in ${environment} legal is true. README.md, "Tear it down", has the steps by which a stack goes.`,
      mend: [removeCommand("protect")],
    })),

  // The guide: "db.t3.medium or larger".
  "the database is large enough": ({ settings: { database } }) => {
    const { instanceClass = "db.t3.medium" } = database;
    return when(/\.(nano|micro|small)$/.test(instanceClass), () => ({
      key: "database.instanceClass",
      message: `is "${instanceClass}": legal is db.t3.medium or larger.`,
      mend: [setCommand("database.instanceClass", "db.t3.medium")],
    }));
  },

  // RDS User Guide, "Managing capacity automatically with storage autoscaling": a tenth more at least.
  "the storage may grow": ({ settings: { database } }) => {
    const least = Math.ceil((Number(database.allocatedStorage) * 11) / 10);
    return when(Number(database.maxAllocatedStorage) < least, () => ({
      key: "database.maxAllocatedStorage",
      message: `is ${String(database.maxAllocatedStorage)}, and database.allocatedStorage is ${String(database.allocatedStorage)}: legal is ${least} or more.`,
      mend: [setCommand("database.maxAllocatedStorage", least)],
    }));
  },
};
