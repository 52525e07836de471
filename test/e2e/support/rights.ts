import { expect } from "chai";
import type { Permission } from "../../../bootstrap/permissions/permission";
import { type AccessRequest, matches, type PolicyStatement } from "../../support/iam";

/** A call, and the documents of the role that made it. */
export interface RehearsedCall {
  decision: AccessRequest;
  documents: { Statement: PolicyStatement[] }[];
}

/** Each right of permissions is needed by a call that no other statement allows, or has a reason, and not both. */
export function expectNeededRights(calls: RehearsedCall[], permissions: Permission[]): void {
  const needed = new Set(
    calls.flatMap(({ decision, documents }) => {
      const [only, ...others] = documents
        .flatMap(({ Statement }) => Statement)
        .filter((statement) => matches(statement, decision));
      return only === undefined || others.length > 0 ? [] : [`${only.Sid ?? ""} ${decision.action}`];
    }),
  );
  const toRights = (sid: string, actions: string[]) => actions.map((action) => `${sid} ${action}`);
  const rights = permissions.flatMap(({ sid, actions }) => toRights(sid, actions));
  const reasoned = permissions.flatMap(({ sid, actions, unlogged = [] }) =>
    unlogged.flatMap((entry) => toRights(sid, entry.actions === "all" ? actions : entry.actions)),
  );
  expect(rights.filter((right) => !needed.has(right) && !reasoned.includes(right))).to.deep.equal([]);
  expect(reasoned.filter((right) => needed.has(right))).to.deep.equal([]);
}
