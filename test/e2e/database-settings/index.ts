import * as pulumi from "@pulumi/pulumi";
import { Database } from "../../../components";
import { loadSettings } from "../../../stacks";

export = async () => {
  const { datastore, warnings } = await loadSettings();
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }
  const { applicationName, database: { identifier = applicationName, name, ...instance } = {} } = datastore;
  const { protect, renewFinalSnapshot, tags } = datastore;
  // The names of the whole stack's resources, which the settings are compared with.
  new Database("beo-db", {
    ...instance,
    identifier,
    databaseName: name ?? "beo_datastore",
    protect,
    renewFinalSnapshot,
    tags,
  });
};
