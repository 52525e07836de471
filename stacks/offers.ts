import known from "./known-values.json";

/** What the lists are, as the end of a sentence. */
export const offerSource = `known in ${known.region} (${known.date}). See stacks/known-values.json for all, and add a newer one there.`;

/** Whether RDS has an instance class such as db.t3.medium for PostgreSQL. */
export function isDatabaseClass(name: string): boolean {
  return name.startsWith("db.") && isOffered(name.slice(3), known.databaseClasses);
}

/** Whether EC2 has an instance type such as t3.small. */
export function isInstanceType(name: string): boolean {
  return isOffered(name, known.instanceTypes);
}

/** @param offers Sizes by family, several of each in one text. */
function isOffered(type: string, offers: Record<string, string>): boolean {
  const [family = "", size = ""] = type.split(".");
  return Object.entries(offers).some(
    ([families, sizes]) => families.split(" ").includes(family) && sizes.split(" ").includes(size),
  );
}
