import * as pulumi from "@pulumi/pulumi";
import { BeoDatastore } from "../../../components";

const config = new pulumi.Config();

new BeoDatastore("beo", {
  applicationName: config.get("applicationName") ?? "faults-dev",
  environment: "dev",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  alarmEmail: config.get("alarmEmail") ?? "operations@example.com",
  domain: config.get("domain"),
  hostedZone: config.get("hostedZone"),
  mail: { domain: config.get("mailDomain"), mailFromSubdomain: config.get("mailFromSubdomain") },
  web: { cnamePrefix: config.get("cnamePrefix") },
  // Another prefix replaces the web environment.
  keepAddress: false,
  database: { deletionProtection: false },
  tags: { Project: "beo-datastore", Environment: "dev", ManagedBy: "Pulumi" },
  protect: false,
});
