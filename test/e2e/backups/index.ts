import * as pulumi from "@pulumi/pulumi";
import { Backups, type ExtraBackupArgs, Database, Storage } from "../../../components";

const config = new pulumi.Config();
const [permissionsBoundary, rolePath] = ["permissionsBoundary", "rolePath"].map((key) => config.get(key));
const namePrefix = "beo-datastore-prod";
const protect = config.getBoolean("protect") ?? false;
const common = { protect, tags: { Project: "beo-datastore", Environment: "prod" } };

const database = new Database("beo-db", {
  identifier: namePrefix,
  kmsKey: "own",
  deletionProtection: false,
  ...common,
});
const storage = new Storage("beo-s3", { namePrefix, ...common });
new Backups("beo-backup", {
  ...config.requireObject<ExtraBackupArgs>("backup"),
  namePrefix,
  databaseArn: database.arn,
  mediaBucketName: storage.mediaBucketName,
  permissionsBoundary,
  rolePath,
  ...common,
});
