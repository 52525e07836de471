import type { EnvironmentDescription } from "@aws-sdk/client-elastic-beanstalk";
import { propertyNamespace } from "../../../plan/application-environments";
import { getValue, listEnvironments, readOptions } from "../../adopt/environments";
import { isDenied } from "../../report";
import { type Check, type Context, ofType } from "../context";
import { getText } from "../resources";
import { getLiveEnvironments } from "./live-environment";

/** Environments from before the program that still use its database, as `npx beo adopt` lists them. */
export function checkAdoption(context: Context): Check[] {
  const databases = ofType(context.deployed, "rds/instance:Instance").map(({ inputs }) =>
    getText(inputs, "identifier"),
  );
  const own = new Set(getLiveEnvironments(context).map(({ name }) => name));
  const { beanstalk } = context.clients;
  const usesDatabase = async (environment: EnvironmentDescription) => {
    // The role of a stack may not read the environments of other stacks.
    const options = await readOptions(beanstalk, environment).catch((error: unknown) => {
      if (error instanceof Error && isDenied(error)) {
        return [];
      }
      throw error;
    });
    const host = getValue(options, propertyNamespace, "SQL_HOST");
    return databases.some((identifier) => host?.startsWith(`${identifier}.`) === true);
  };
  const find = async () => {
    const others = (await listEnvironments(beanstalk)).filter(
      ({ EnvironmentName = "", Status }) => !own.has(EnvironmentName) && !Status?.startsWith("Terminat"),
    );
    const uses = await Promise.all(others.map(usesDatabase));
    const names = others.filter((_, index) => uses[index]).map(({ EnvironmentName = "" }) => EnvironmentName);
    const verbs = names.length === 1 ? "is not in the program, but uses" : "are not in the program, but use";
    return names.length === 0
      ? []
      : [
          `${names.join(", ")} ${verbs} the stack's database and may serve its address. Unless created later, the adoption is not complete: npx beo adopt ${context.stack} has the next step. Until then terminate no old environment, and deactivate no access key.`,
        ];
  };
  return databases.length === 0 ? [] : [{ what: "environments from before the program", find }];
}
