import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { getBranch } from "../components/beanstalk/options";
import { planStack } from "../plan/plan";
import { readStack } from "../plan/stack-files";
import { clientsOf } from "./adopt/clients";
import { importFile } from "./adopt/import-file";
import { advice, findings, isFinished, leftovers, obstacles, Survey } from "./adopt/report";
import { secretsOf } from "./adopt/secrets";
import { defaultVpcId, survey } from "./adopt/survey";
import { pulumi, setSecret } from "./pulumi";

const usage = `Usage: npm run adopt --silent -- STACK [--account ID] [--take-secrets] [--out FILE] [--force]

Finds what was made by hand for a stack, tells what becomes of it, and writes what \`pulumi import\` needs to take it over.
Reads AWS only. docs/adopting.md walks through it.

  --account ID    refuses another account
  --take-secrets  puts the secrets that the hand-made web environment has into the stack's configuration, encrypted
  --out FILE      the import file; default: adopt-STACK.json
  --force         over a file that is there

Exit code: 0; 1 where something is in the way; 2 on wrong arguments.`;

/** What is told without a stack trace. */
class Refusal extends Error {}
class UsageError extends Error {}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        account: { type: "string" },
        "take-secrets": { type: "boolean", default: false },
        out: { type: "string" },
        force: { type: "boolean", default: false },
      },
    });
    const [stack, ...more] = positionals;
    if (stack === undefined || more.length > 0) {
      throw new Error("One stack has to be named.");
    }
    return { stack, ...values, out: values.out ?? `adopt-${stack}.json` };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

interface StateResource {
  urn: string;
  type: string;
  id?: string;
}

function readState(stack: string): StateResource[] {
  try {
    const { deployment } = JSON.parse(pulumi("stack", "export", "--stack", stack)) as {
      deployment: { resources?: StateResource[] } | null;
    };
    return deployment?.resources ?? [];
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Refusal(
      `${stderr}There is no stack ${stack} to take anything over: are you logged in, and did you make it (npx pulumi stack init ${stack})?`,
    );
  }
}

async function look(stack: string, state: StateResource[], account: string | undefined): Promise<Survey> {
  const { config } = readStack(process.cwd(), stack);
  const { plan } = await planStack(stack, process.cwd());
  if (plan.errors.length > 0) {
    throw new Refusal(plan.errors.join("\n"));
  }
  const group = (name: string) =>
    JSON.parse(config[`beo-datastore:${name}`] ?? "{}") as Record<string, unknown>;
  const region = config["aws:region"] ?? "";
  const aws = clientsOf(config);
  const { Account: actual = "" } = await aws.sts.send(new GetCallerIdentityCommand({}));
  if (account !== undefined && account !== actual) {
    throw new Refusal(
      `The credentials are of account ${actual}, and not of ${account}: set AWS_PROFILE, or log in anew.`,
    );
  }
  const managed = new Set(state.flatMap(({ id }) => id ?? []));
  const candidates = await survey(plan.resources, {
    aws,
    stack,
    region,
    vpcId: (group("network").vpcId as string | undefined) ?? (await defaultVpcId(aws)),
    branch: getBranch(group("platform")),
    managed,
  });
  const variables = candidates
    .flatMap(({ found }) => found.map((one) => one.variables))
    .find((some) => some !== undefined);
  const known = Object.keys(config).map((key) => key.replace("beo-datastore:", ""));
  return {
    stack,
    applicationName: plan.applicationName,
    account: actual,
    region,
    candidates,
    inState: new Set(state.map(({ urn }) => urn)),
    managed,
    secrets: secretsOf(variables ?? {}, new Set(known)),
    planned: plan.resources,
  };
}

function write(file: string, content: unknown, force: boolean): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Refusal(code === "EEXIST" ? `${message}\nWith --force it is written over.` : message);
  }
}

async function main(): Promise<number> {
  const { stack, account, out, force, "take-secrets": takeSecrets } = readArguments();
  const state = readState(stack);
  let seen = await look(stack, state, account);
  if (takeSecrets) {
    for (const [key, value] of Object.entries(seen.secrets.takeable)) {
      setSecret(stack, key, value);
    }
    console.log(
      `Put into Pulumi.${stack}.yaml, encrypted: ${Object.keys(seen.secrets.takeable).join(", ") || "nothing new"}\n`,
    );
    seen = await look(stack, state, account);
  }
  console.log(findings(seen).join("\n"));
  const there = seen.candidates.filter(({ found }) => found.length > 0);
  const open = there.filter(({ resource }) => !seen.inState.has(resource.urn));
  if (there.length === 0) {
    throw new Refusal(
      `\nThere is nothing to take over: is it another account (aws sts get-caller-identity), another region (npx pulumi config get aws:region), or another name (npx pulumi config set name …)? Nothing was written.`,
    );
  }
  if (open.length === 0) {
    const rest = isFinished(seen)
      ? leftovers(seen.candidates)
      : [
          "",
          `The program does not run it yet: npx pulumi up --stack ${stack}. What is left to remove is told afterwards.`,
        ];
    console.log(["", "Everything that is there is in the stack.", ...rest].join("\n"));
    return 0;
  }
  const wrong = obstacles(seen);
  console.log([...wrong, ...advice(seen)].join("\n"));
  if (wrong.length > 0) {
    throw new Refusal("\nNothing was written: do what is said above, and run this again.");
  }
  const ids = new Map(open.map(({ resource, found: [one] }) => [resource.urn, one?.id ?? ""]));
  const { version } = createRequire(__filename)("@pulumi/aws/package.json") as { version: string };
  write(out, importFile(seen.planned, ids, seen.inState, version), force);
  console.log(
    [
      "",
      `${out} is written. Next:`,
      `  npx pulumi import --file ${out} --generate-code=false --stack ${stack}`,
      `  npx pulumi preview --diff --stack ${stack}    # replaces and deletes nothing, or stop here`,
      `  npx pulumi up --stack ${stack}`,
      `  npm run adopt --silent -- ${stack}    # tells what is left to remove`,
    ].join("\n"),
  );
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const { name, message } = error as Error;
    if (error instanceof UsageError) {
      console.error(`${message}\n\n${usage}`);
    } else if (error instanceof Refusal) {
      console.error(message);
    } else {
      console.error(
        `${name}: ${message}\nNothing was written. Does \`aws sts get-caller-identity\` work, and may you read the stack's services?`,
      );
    }
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
