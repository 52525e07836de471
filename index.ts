import * as pulumi from "@pulumi/pulumi";
import { BeoDatastore } from "./components";
import { getOutputs } from "./components/outputs";
import { loadSettings } from "./stacks";

const settings = loadSettings();
for (const warning of settings.warnings) {
  void pulumi.log.warn(warning);
}

export = getOutputs(new BeoDatastore("beo", settings.datastore));
