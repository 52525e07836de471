import * as pulumi from "@pulumi/pulumi";
import { Database } from "../../../components";

const config = new pulumi.Config();
const status = config.get("status");

new Database("data", {
  identifier: pulumi.getStack() === "dev" ? "data" : pulumi.getStack(),
  snapshotIdentifier: config.get("snapshotIdentifier"),
  engineVersion: config.get("engineVersion"),
  allowMajorVersionUpgrade: config.getBoolean("allowMajorVersionUpgrade"),
  deletionProtection: false,
  renewFinalSnapshot: config.getBoolean("renewFinalSnapshot"),
  storageEncrypted: config.getBoolean("storageEncrypted"),
  applyImmediately: true,
  // The emulated AWS leaves a database in the state that this tag names.
  tags: status === undefined ? {} : { "rehearsal:status": status },
});
