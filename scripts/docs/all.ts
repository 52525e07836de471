import { withPermissions } from "./permissions";
import { policiesTable } from "./policies";
import { withDescriptions } from "./project-file";
import { withTables } from "./tables";
import { workerScalingDocument, workerScalingPlot } from "./worker-scaling";

/** Returns every file that follows from the code, wholly or in part, except docs/api.md and docs/costs.md. */
export function generateDocuments(read: (file: string) => string): Record<string, string> {
  return {
    "Pulumi.yaml": withDescriptions(read("Pulumi.yaml")),
    "docs/configuration.md": withTables(read("docs/configuration.md")),
    "docs/permissions.md": withPermissions(read("docs/permissions.md")),
    "docs/policies.md": policiesTable(),
    "docs/worker-scaling.md": workerScalingDocument(),
    "docs/worker-scaling.svg": workerScalingPlot(),
  };
}
