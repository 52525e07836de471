import type { Permission } from "../../bootstrap/permissions/permission";
import { policies, type PolicyName, type RoleName, roles } from "../../bootstrap/permissions";
import { replaceRegion, tableOf } from "./tables";

/** Returns docs/permissions.md with its tables: who can do what, and what no rehearsal needs. */
export function withPermissions(text: string): string {
  return replaceRegion(replaceRegion(text, "permissions", permissions()), "unlogged", unlogged());
}

const roleNames = Object.keys(roles) as RoleName[];
const all = Object.entries(policies) as [PolicyName, Permission[]][];

function permissions(): string {
  const hasPolicy = (role: RoleName, policy: PolicyName) => roles[role].some((name) => name === policy);
  const rows = all
    .filter(([policy]) => policy !== "boundary")
    .flatMap(([policy, list]) =>
      list.map(({ sid, purpose, anyResource }) => [
        purpose,
        ...roleNames.map((role) => (hasPolicy(role, policy) ? "yes" : "")),
        `\`${policy}\` ${sid}`,
        anyResource ?? "",
      ]),
    );
  return tableOf(
    [
      "What",
      ...roleNames.map((role) => `\`${role}\``),
      "Policy and statement",
      "Why the resource is not limited by a name",
    ],
    rows,
  );
}

function unlogged(): string {
  const rows = all.flatMap(([, list]) =>
    list.flatMap(({ sid, actions, unlogged: entries = [] }) =>
      entries.map((entry) => [
        sid,
        (entry.actions === "all" ? actions : entry.actions).map((action) => `\`${action}\``).join(", "),
        entry.reason,
      ]),
    ),
  );
  return tableOf(["Statement", "Actions", "Why"], rows);
}
