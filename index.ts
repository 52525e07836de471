import * as pulumi from "@pulumi/pulumi";
import { BeoDatastore } from "./components";
import { getOutputs } from "./components/outputs";
import { loadSettings } from "./stacks";

export = async () => {
  const { datastore, warnings } = await loadSettings();
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }
  return getOutputs(new BeoDatastore("beo", datastore));
};
