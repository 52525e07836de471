import { policiesTable } from "./policies";
import { readmeWithTables } from "./readme";
import { workerScalingDocument, workerScalingPlot } from "./worker-scaling";

/** Every document that follows from the code, wholly or in part, by file. */
export function documents(read: (file: string) => string): Record<string, string> {
  return {
    "docs/configuration.md": readmeWithTables(read("docs/configuration.md")),
    "docs/policies.md": policiesTable(),
    "docs/worker-scaling.md": workerScalingDocument(),
    "docs/worker-scaling.svg": workerScalingPlot(),
  };
}
