import { Database, Queue } from "@beo-datastore/beo";

const database = new Database("reports", {
  identifier: "reports",
  databaseName: "reports",
  protect: false,
  deletionProtection: false,
});
const queue = new Queue("tasks", { queueName: "report-tasks" });

export const databaseHost = database.host;
export const databasePassword = database.password;
export const queueUrl = queue.queueUrl;
