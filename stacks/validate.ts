import { checkKeys } from "./checks";
import { checkEnvironment } from "./checks/environment";
import { Merged, merge } from "./merge";
import type { Problem } from "./problem";
import type { RawConfig } from "./raw";
import { judge } from "./rules/judge";
import { warningsOf } from "./warnings";

/** The settings, or every mistake in them. */
export type Validation =
  | { settings: Merged; warnings: string[]; problems?: undefined }
  | { problems: Problem[]; settings?: undefined; warnings?: undefined };

/** Checks a stack's configuration as a whole. Pure: it reads nothing and registers nothing. */
export function validate(raw: RawConfig): Validation {
  const { value: values, problems, broken } = checkKeys(raw);
  const { environment, problem } = checkEnvironment(raw);
  const settings = merge(values, environment);
  const unsure = new Set([...broken, ...(broken.includes("name") ? ["applicationName"] : [])]);
  const found = [
    ...problems.filter(({ key }) => key !== problem?.key),
    ...(problem === undefined ? [] : [problem]),
    ...judge({ settings, chosen: values, region: raw.region }, unsure),
  ];
  return found.length > 0 ? { problems: found } : { settings, warnings: warningsOf(settings, raw.stack) };
}
