import { getOption, getOptions, propertyNamespace } from "../../plan/application-environments";
import { type PlannedResource, planStack, type StackPlan } from "../../plan/plan";
import { readStack } from "../../plan/stack-files";
import { isRecord, parseJson } from "../../stacks/validators";
import { environmentType } from "./roles";

const variable = "DJANGO_ALLOWED_HOSTS";
const unknown = "[unknown]";

/**
 * Plans a stack, with the hosts that Django answers to. Where CloudFront is one of them, AWS chooses its host, so that the
 * plan knows none of them; the others follow from the configuration.
 */
export async function planWithHosts(stack: string, folder: string): Promise<StackPlan> {
  const { plan } = await planStack(stack, folder);
  const [ownHost] = plan.resources.flatMap(getOrigin);
  if (ownHost === undefined) {
    return plan;
  }
  const { project, config } = readStack(folder, stack);
  const web = parseJson(config[`${project}:web`] ?? "{}");
  const additional = isRecord(web) && Array.isArray(web.additionalHosts) ? web.additionalHosts : [];
  const value = [unknown, ownHost, ...additional.map(String)].join(" ");
  return { ...plan, resources: plan.resources.map((resource) => setHosts(resource, value)) };
}

/** The environment's own host, to which the distribution sends its requests. */
function getOrigin({ type, inputs: { origins } }: PlannedResource): string[] {
  return type === "aws:cloudfront/distribution:Distribution" && Array.isArray(origins)
    ? origins.flatMap((origin) =>
        isRecord(origin) && typeof origin.domainName === "string" ? origin.domainName : [],
      )
    : [];
}

function setHosts(resource: PlannedResource, value: string): PlannedResource {
  if (
    resource.type !== environmentType ||
    getOption(resource.inputs, propertyNamespace, variable) !== unknown
  ) {
    return resource;
  }
  const settings = getOptions(resource.inputs).map((option) =>
    option.namespace === propertyNamespace && option.name === variable ? { ...option, value } : { ...option },
  );
  return { ...resource, inputs: { ...resource.inputs, settings } };
}
