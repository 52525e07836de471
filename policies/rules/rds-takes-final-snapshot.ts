import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isFalse, isText } from "../values";

/** A production database leaves a snapshot when it goes. */
export const rule: ResourceRule = {
  name: "rds-takes-final-snapshot",
  description: "A production database leaves a snapshot when it goes.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Set skipFinalSnapshot to false and finalSnapshotIdentifier to a unique name.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
  reads: ["skipFinalSnapshot", "finalSnapshotIdentifier"],
  types: types.database,
  check(resource, demand, context) {
    const { props } = resource;
    if (!context.production) {
      return;
    }
    demand(
      () => isFalse(props.skipFinalSnapshot) && isText(props.finalSnapshotIdentifier),
      "skipFinalSnapshot has to be false, and finalSnapshotIdentifier set, in production.",
    );
  },
};
