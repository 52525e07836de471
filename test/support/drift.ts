import type { Clients } from "../../cli/aws-clients";
import type { Context } from "../../cli/drift/context";
import { readAws } from "../../cli/drift/read-aws";
import type { Deployed, Missing } from "../../cli/drift/resources";

/** Answers of AWS by the name of the command: an answer, an error, or what makes an answer of the input. */
export type Answers = Record<string, object | Error | ((input: object) => object)>;

/** Clients that answer by the name of the command; unknown commands find nothing. */
export function createFake(answers: Answers): Clients {
  const send = (command: { input: object }) => {
    const answer = answers[command.constructor.name.replace(/Command$/, "")] ?? {};
    if (answer instanceof Error) {
      return Promise.reject(answer);
    }
    return Promise.resolve(
      typeof answer === "function" ? (answer as (input: object) => object)(command.input) : answer,
    );
  };
  const client = { send };
  const services = ["autoScaling", "beanstalk", "ec2", "iam", "loadBalancing", "s3"];
  return {
    ...Object.fromEntries(services.map((name) => [name, client])),
    rds: () => client,
  } as unknown as Clients;
}

/** Compares deployed resources of the stack prod with AWS. */
export const read = (
  deployed: Deployed[],
  answers: Answers,
  address?: string,
  servingName?: string,
  missing: Missing[] = [],
) => {
  const context: Context = {
    stack: "prod",
    region: "us-west-1",
    deployed,
    missing,
    clients: createFake(answers),
    configuration: {
      database: '{"additionalSecurityGroupIds":["sg-1"]}',
      web: '{"additionalHosts":["a.example.org","b.example.org"]}',
    },
    address,
    servingName,
  };
  return readAws(context);
};

/** A resource of the stack prod in its state. */
export const resource = (type: string, name: string, properties: Partial<Deployed>): Deployed => ({
  urn: `urn:pulumi:prod::beo-datastore::beo:index:BeoDatastore$aws:${type}::${name}`,
  type: `aws:${type}`,
  name,
  id: name,
  inputs: {},
  outputs: {},
  ...properties,
});
