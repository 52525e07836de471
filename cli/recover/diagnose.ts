import { inspectActivity, inspectDrafts } from "./diagnosis/activity";
import { inspectDatabase, inspectDestroy, inspectEncryptionKeys, inspectRestore } from "./diagnosis/database";
import type { Diagnosis, Facts } from "./diagnosis/facts";
import { inspectKeys, inspectPendingOperations, inspectUnknownResources } from "./diagnosis/resources";
import { inspectAttributes, inspectLocks, inspectStoredState } from "./diagnosis/state";

/** Says what happened and what to do, in the order of the commands. It is a pure function of the facts. */
export function diagnose(facts: Facts): Diagnosis {
  const diagnosis: Diagnosis = {
    findings: [],
    steps: [],
    alternatives: [],
    imports: new Map(),
    isFinal: false,
  };
  for (const inspect of [
    inspectAttributes,
    inspectLocks,
    inspectStoredState,
    inspectActivity,
    inspectDrafts,
    inspectEncryptionKeys,
    inspectRestore,
    inspectDestroy,
    inspectDatabase,
    inspectPendingOperations,
    inspectKeys,
    inspectUnknownResources,
  ]) {
    const { findings = [], steps = [], alternatives = [], imports = [], isFinal = false } = inspect(facts);
    // What comes before, such as the removal of a lock, is needed either way.
    const before = [...diagnosis.steps];
    diagnosis.alternatives.push(
      ...alternatives.map((alternative) => ({ ...alternative, steps: [...before, ...alternative.steps] })),
    );
    diagnosis.findings.push(...findings);
    diagnosis.steps.push(...steps);
    for (const [urn, id] of imports) {
      diagnosis.imports.set(urn, id);
    }
    if (isFinal) {
      return { ...diagnosis, isFinal };
    }
  }
  return diagnosis;
}
