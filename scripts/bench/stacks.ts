import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** Writes a folder with the project and a stack file for each of some tenants. */
export function writeTenants(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-stacks-"));
  cpSync(join(__dirname, "../../Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(join(folder, "policy-config.json"), "{}");
  for (let index = 0; index < count; index += 1) {
    const config = {
      "beo-datastore:name": `tenant-${index}`,
      "beo-datastore:environment": "dev",
      "beo-datastore:appUrl": `https://tenant-${index}.example.com`,
      "beo-datastore:supportEmail": `support@tenant-${index}.example.com`,
    };
    writeFileSync(join(folder, `Pulumi.tenant-${index}.yaml`), stringify({ config }));
  }
  return folder;
}
