import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { describe, it } from "mocha";
import { describeAwsFailure } from "../../cli/aws-failure";
import { callAws } from "../../cli/call-aws";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" };

async function ask(endpoint: string): Promise<Error> {
  const client = new STSClient({ region: "us-west-2", maxAttempts: 1, credentials, endpoint });
  const error: unknown = await client
    .send(new GetCallerIdentityCommand({}))
    .catch((caught: unknown) => caught);
  client.destroy();
  expect(error).to.be.instanceOf(Error);
  return error as Error;
}

/** What the SDK throws of the answer of a server. */
async function askServer(server: Server): Promise<Error> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

const answer = (listener: RequestListener) => askServer(createServer(listener));

// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
const refusal = (code: string, message: string) =>
  answer((_, response) => {
    response.statusCode = 403;
    response.end(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    );
  });

describe("a request that AWS does not answer", () => {
  it("names the address that refuses connections", async () => {
    expect(describeAwsFailure(await ask("http://127.0.0.1:1"))).to.deep.equal({
      reason: "AWS was not reached: connect ECONNREFUSED 127.0.0.1:1",
      fix: ["aws sts get-caller-identity    # once the network, the VPN or the proxy works"],
    });
  });

  it("names the host that is not known", async () => {
    expect(describeAwsFailure(await ask("http://sts.invalid")).reason).to.match(
      /^AWS was not reached: getaddrinfo (ENOTFOUND|EAI_AGAIN) sts\.invalid$/,
    );
  });

  it("says that the connection was closed", async () => {
    const error = await askServer(createTcpServer((socket) => socket.destroy()));
    expect(describeAwsFailure(error).reason).to.equal("AWS was not reached: socket hang up");
  });

  it("names all addresses of a host that refuse connections, as Node.js reports them", () => {
    const refused = (address: string) => new Error(`connect ECONNREFUSED ${address}`);
    const error = new AggregateError([refused("::1:443"), refused("127.0.0.1:443")]);
    expect(describeAwsFailure(Object.assign(error, { code: "ECONNREFUSED" })).reason).to.equal(
      "AWS was not reached: connect ECONNREFUSED ::1:443, connect ECONNREFUSED 127.0.0.1:443",
    );
  });

  it("names the problem with the certificate of a proxy", () => {
    const error = Object.assign(new Error("self-signed certificate in certificate chain"), {
      code: "SELF_SIGNED_CERT_IN_CHAIN",
    });
    expect(describeAwsFailure(error).reason).to.equal(
      "AWS was not reached: self-signed certificate in certificate chain",
    );
  });

  it("does not take a file that is missing on this machine for the network", () => {
    const message = "ENOENT: no such file or directory, open '/home/alice/token'";
    const error = Object.assign(new Error(message), { code: "ENOENT" });
    expect(describeAwsFailure(error).reason).to.equal(message);
  });

  it("says that AWS refused the credentials only where it did", async () => {
    const message = "The security token included in the request is expired";
    expect(describeAwsFailure(await refusal("ExpiredToken", message))).to.deep.equal({
      reason: `AWS refused the credentials: ExpiredToken: ${message}`,
      fix: ["aws sts get-caller-identity", "aws sso login    # if the session has expired"],
    });
  });

  it("says to wait where AWS throttles the requests: no credentials help", async () => {
    const error = await refusal("Throttling", "Rate exceeded");
    const reason =
      "AWS throttles the requests of the account: Throttling: Rate exceeded. Wait some minutes, then run the command again.";
    expect(describeAwsFailure(error)).to.deep.equal({ reason, fix: [] });
    const message = await callAws(Promise.reject(error), "Nothing was changed.").then(
      () => "",
      (caught: unknown) => (caught as Error).message,
    );
    expect(message).to.equal(`${reason}\nNothing was changed.`);
  });

  it("says that a proxy's page is no answer of AWS, without the SDK's advice to developers", async () => {
    const error = await answer((_, response) => {
      response.end("<html><body>Sign in to the network</body></html>");
    });
    const { reason, fix } = describeAwsFailure(error);
    expect(reason).to.match(
      /^The answer cannot be read\. A proxy may have sent it instead of AWS: \w+Error: .+$/,
    );
    expect(reason).not.to.match(/Deserialization|\$response|\n/);
    expect(fix).to.deep.equal(["aws sts get-caller-identity --debug    # prints the answer"]);
  });

  it("ends a command with the reason, the consequence and the commands", async () => {
    const call = async (error: Error) =>
      callAws(Promise.reject(error), "Nothing was changed.").then(
        () => "",
        (caught: unknown) => (caught as Error).message,
      );
    expect(await call(await ask("http://127.0.0.1:1"))).to.equal(
      [
        "AWS was not reached: connect ECONNREFUSED 127.0.0.1:1",
        "Nothing was changed. Check:",
        "  aws sts get-caller-identity    # once the network, the VPN or the proxy works",
      ].join("\n"),
    );
    const denied = "User: u is not authorized to perform: sts:GetCallerIdentity";
    expect(await call(await refusal("AccessDenied", denied))).to.equal(
      [
        `AccessDenied: ${denied}`,
        "Nothing was changed. Check whose credentials they are, and the permission to read the stack's services:",
        "  aws sts get-caller-identity",
      ].join("\n"),
    );
  });
});
