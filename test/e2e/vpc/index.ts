import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { Vpc, type VpcSettings } from "../../../components";

const config = new pulumi.Config();
const tags = { Project: "beo-datastore", Environment: "prod" };
const [permissionsBoundary, rolePath] = ["permissionsBoundary", "rolePath"].map((key) => config.get(key));

/** The VPCs by name. Those in a region with three availability zones have names that begin with it. */
const vpcs = config.requireObject<Record<string, VpcSettings>>("vpcs");
const oregon = new Provider("oregon", { region: "us-west-2" });

for (const [name, settings] of Object.entries(vpcs)) {
  const provider = name.startsWith("oregon") ? { providers: [oregon] } : {};
  const namePrefix = config.get("namePrefix") ?? name;
  new Vpc(name, { ...settings, namePrefix, permissionsBoundary, rolePath, tags }, provider);
}
