import { type Clients, createClients } from "../../cli/aws-clients";

/** An AWS error of this code. */
export function awsError(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** Responses by command, such as DescribeDBInstances; functions get the input and the client's region. */
export type Responses = Record<string, (input: Record<string, unknown>, region: string) => object>;

/** Creates the clients that adoption uses; they answer from a table, and fail for what is not in it. */
export function fakeAws(responses: Responses): Clients {
  const region = "us-west-1";
  const fake = <C extends object>(client: C): C =>
    Object.assign(client, {
      send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
        const name = command.constructor.name.replace(/Command$/, "");
        const respond = responses[name];
        if (respond === undefined) {
          throw new Error(`${name} is not expected`);
        }
        const { config } = client as { config?: { region: () => Promise<string> } };
        return respond(command.input, (await config?.region()) ?? region);
      },
    });
  const clients = createClients({ "aws:region": region });
  return Object.fromEntries(
    Object.entries(clients).map(([name, client]) => [
      name,
      typeof client === "function"
        ? (other: string) => fake((client as (region: string) => object)(other))
        : fake(client),
    ]),
  ) as unknown as Clients;
}
