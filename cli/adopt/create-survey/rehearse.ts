import { queueDefaults } from "../../../components/queue";
import { UserError } from "../../user-error";
import { compareReplaced, describeChanges, findDestruction } from "../describe-changes";
import { describeParts, isPart } from "../describe-parts";
import {
  createImportFile,
  getEnvironmentStates,
  getImportIds,
  getProvisionalStates,
  providerVersion,
} from "../import-file";
import { addKeep } from "../keep";
import type { Rehearsal } from "../rehearsal";
import { getPlannedDatabase, getPlannedEnvironment } from "../roles";
import type { AdoptionPath, ExistingEnvironment, ResourceChange, Survey } from "../survey";
import { getGroup, numberChanges } from "./settings";

/** Tries out the import and the update, and adds what they would change. */
export async function rehearse(
  survey: Survey,
  rehearsal: Rehearsal,
  environments: ExistingEnvironment[],
  path: AdoptionPath,
): Promise<void> {
  const { planned, inState, configuration } = survey;
  console.error("Rehearsing the import and the update on a copy of the stack …");
  const states = getProvisionalStates(planned);
  const file = createImportFile(planned, getImportIds(survey), inState, providerVersion, states);
  try {
    const steps = await rehearsal.run(file, inState.size > 0);
    const { maxReceiveCount = queueDefaults.maxReceiveCount } = getGroup(configuration, "queue");
    const own = survey.resources.filter((resource) => !isPart(resource));
    const changes = [
      ...describeChanges(steps, own, environments, {
        maxReceiveCount: Number(maxReceiveCount),
        hasPassword: "databasePassword" in configuration,
      }),
      ...describeParts(steps, planned, own),
      ...path.replaced.flatMap((environment) => describeReplaced(environment, survey)),
    ]
      .filter(({ path }) => !["engineVersion", "allowMajorVersionUpgrade"].includes(path))
      .map(addKeep);
    changes.unshift(...describeUpgrade(survey, path));
    survey.states = getEnvironmentStates(steps, environments);
    survey.pending = steps.filter(({ op }) => ["create", "update"].includes(op)).map(({ urn }) => urn);
    survey.changes = numberChanges(changes, configuration);
    addDestruction(survey, findDestruction(steps));
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    survey.problems.push(error.message);
  }
}

/** The upgrade that is done before the import. */
function describeUpgrade(
  { database, resources, planned }: Survey,
  { engineVersion }: AdoptionPath,
): ResourceChange[] {
  const urn = getPlannedDatabase({ planned })?.urn ?? "";
  const label = resources.find((one) => one.urn === urn)?.label ?? "";
  return database === undefined || engineVersion === undefined
    ? []
    : [
        {
          urn,
          label,
          path: "engineVersion",
          from: database.engineVersion,
          to: `${engineVersion}, before the import`,
        },
      ];
}

/** What a new environment has otherwise than the one whose place it takes. */
function describeReplaced(environment: ExistingEnvironment, { planned }: Survey): ResourceChange[] {
  const successor = getPlannedEnvironment({ planned }, environment.role);
  const label = `environment ${environment.name}`;
  return successor === undefined
    ? []
    : compareReplaced(environment, successor.inputs).map((change) => ({
        urn: successor.urn,
        label,
        ...change,
      }));
}

function addDestruction(survey: Survey, destruction: Map<string, string>): void {
  for (const [urn, blocker] of destruction) {
    const resource = survey.resources.find((one) => one.urn === urn);
    if (resource === undefined) {
      const label = urn.split("::").slice(-2).join(" ");
      survey.problems.push(`${label}: ${blocker}`);
    } else {
      resource.blockers.push(blocker);
    }
  }
}
