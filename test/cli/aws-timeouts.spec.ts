import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { createClients } from "../../cli/aws-clients";
import { describeAwsFailure } from "../../cli/aws-failure";
import { createClients as createShellClients } from "../../cli/shell/clients";

/** What sends the requests of a client. */
interface AwsClient {
  config: {
    requestHandler: { handle: (request: object) => Promise<{ response: { body: NodeJS.ReadableStream } }> };
  };
}

const region = "us-west-1";
const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const silence = 200;
const timeouts = { connectionTimeout: silence, socketTimeout: silence };

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

const request = (client: unknown, port: number) =>
  (client as AwsClient).config.requestHandler.handle({
    protocol: "http:",
    hostname: "127.0.0.1",
    port,
    method: "GET",
    path: "/",
    query: {},
    headers: {},
  });

describe("a server that accepts connections and never answers", function () {
  this.timeout(20_000);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  let port = 0;
  before(async () => {
    port = await listen(server);
  });
  after(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  it("fails the requests of all clients", async () => {
    const clients = Object.entries({
      ...createClients({ "aws:region": region }, { timeouts }),
      ...Object.fromEntries(
        Object.entries(createShellClients({ stack: "prod", region }, timeouts)).map(([name, one]) => [
          `shell ${name}`,
          one,
        ]),
      ),
    });
    const names = await Promise.all(
      clients.map(async ([name, client]) => {
        const error: unknown = await request(
          typeof client === "function" ? client(region) : client,
          port,
        ).catch((caught: unknown) => caught);
        return [name, (error as Error).name];
      }),
    );
    expect(names).to.deep.equal(clients.map(([name]) => [name, "TimeoutError"]));
  });

  it("ends a command with what was not reached", async () => {
    const changed = { ...credentials, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const before = Object.fromEntries(Object.keys(changed).map((name) => [name, process.env[name]]));
    Object.assign(process.env, changed);
    try {
      const { sts } = createClients({ "aws:region": region }, { timeouts });
      const error: unknown = await sts
        .send(new GetCallerIdentityCommand({}))
        .catch((caught: unknown) => caught);
      expect(describeAwsFailure(error as Error).reason).to.equal(
        `AWS was not reached: 127.0.0.1: Connection timed out after ${silence} ms`,
      );
    } finally {
      for (const [name, value] of Object.entries(before)) {
        // Assigned, "undefined" would be a text.
        if (value === undefined) {
          Reflect.deleteProperty(process.env, name);
        } else {
          process.env[name] = value;
        }
      }
    }
  });
});

describe("a download", () => {
  it("may take longer than the server may be silent", async () => {
    const parts = 10;
    const server = createHttpServer((_, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        response.write("x");
        sent += 1;
        if (sent === parts) {
          clearInterval(timer);
          response.end();
        }
      }, silence / 4);
    });
    try {
      const { s3 } = createClients({ "aws:region": region }, { timeouts });
      const { response } = await request(s3, await listen(server));
      expect((await buffer(response.body)).toString()).to.equal("x".repeat(parts));
    } finally {
      server.close();
    }
  });
});
