import { commandLine, removeCommand, shellWord } from "../stacks/commands";

/** Why AWS did not answer a request, and the commands that help. */
export interface AwsFailure {
  reason: string;
  fix: string[];
}

/** Says whether there are no credentials, AWS was not reached, or AWS refused the request. */
export function describeAwsFailure(error: Error): AwsFailure {
  const { name, profile } = error as RequestError;
  const message = getMessage(error);
  const option = profile === undefined ? "" : ` --profile ${shellWord(profile.name)}`;
  const identity = `aws sts get-caller-identity${option}`;
  const login = `aws sso login${option}    # if the session has expired`;
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name)) {
    const create = `aws configure sso${option}    # once`;
    return profile === undefined
      ? {
          reason: `There are no credentials for AWS: ${message}`,
          fix: [create, login, "export AWS_PROFILE=your-profile"],
        }
      : {
          reason: `There are no credentials of the profile ${profile.name}, which the configuration of ${profile.stack} names (aws:profile); AWS_PROFILE does not change that: ${message}`,
          fix: [
            create,
            login,
            `${commandLine([removeCommand("aws:profile")], profile.stack)}    # to use the shell's credentials`,
          ],
        };
  }
  if (isUnreached(error)) {
    return {
      reason: `AWS was not reached: ${nameHost(error, message)}`,
      fix: [`${identity}    # once the network, the VPN or the proxy works`],
    };
  }
  if (isInvalidCredentials(name)) {
    return { reason: `AWS refused the credentials: ${name}: ${message}`, fix: [identity, login] };
  }
  if (isUnreadable(error)) {
    return {
      reason: `The answer cannot be read. A proxy may have sent it instead of AWS: ${name}: ${message}`,
      fix: [`${identity} --debug    # prints the answer`],
    };
  }
  if (isThrottled(name)) {
    return {
      reason: `AWS throttles the requests of the account: ${name}: ${message.replace(/\.$/, "")}. Wait some minutes, then run the command again.`,
      fix: [],
    };
  }
  return { reason: name === "Error" ? message : `${name}: ${message}`, fix: [identity] };
}

/** An error of a request, with its host as Node.js adds it to those of DNS, and whose profile was used. */
type RequestError = Error & { hostname?: string; profile?: { name: string; stack: string } };

function nameHost({ hostname }: RequestError, message: string): string {
  return hostname === undefined || message.includes(hostname) ? message : `${hostname}: ${message}`;
}

/** What a client sends its requests with. */
interface Handler {
  handle: (request: { hostname: string }, options?: object) => Promise<unknown>;
}

/** A client of any service. */
export interface AwsClient {
  config: { requestHandler: unknown };
  middlewareStack: unknown;
}

type Next = (args: unknown) => Promise<unknown>;
/** Each service's stack has types of its own. */
interface MiddlewareStack {
  add: (middleware: (next: Next) => Next, options: { step: "initialize" }) => void;
}

/** Lets errors say which profile of a stack's configuration, if any, the client takes its credentials from. */
export function addProfile<C extends AwsClient>(client: C, name: string | undefined, stack: string): C {
  if (name !== undefined) {
    const addToError = (next: Next) => (args: unknown) =>
      next(args).catch((error: unknown) => {
        throw Object.assign(error as RequestError, { profile: { name, stack } });
      });
    (client.middlewareStack as MiddlewareStack).add(addToError, { step: "initialize" });
  }
  return client;
}

/** Lets errors without an answer say which host was asked: those of timeouts do not by themselves. */
export function addHosts<C extends { config: { requestHandler: unknown } }>(client: C): C {
  const handler = client.config.requestHandler as Handler;
  const handle = handler.handle.bind(handler);
  handler.handle = (request, options) =>
    handle(request, options).catch((error: unknown) => {
      throw Object.assign(error as RequestError, { hostname: request.hostname });
    });
  return client;
}

/** Returns the message without the SDK's advice to developers. */
function getMessage(error: Error): string {
  const { message, code = "", errors = [] } = error as Error & { code?: string; errors?: Error[] };
  // A host with several addresses was reached at none of them.
  const text = message || errors.map((one) => one.message).join(", ") || code;
  return text.replace(/\s*Deserialization error: to see the raw response.*$/s, "");
}

function isUnreadable({ message }: Error): boolean {
  return message.includes("Deserialization error:");
}

/** Whether the request did not get an answer. Node.js gives such errors a code, the SDK its timeouts a name. */
function isUnreached(error: Error): boolean {
  const { code = "", $response } = error as Error & { code?: string; $response?: unknown };
  const isConnection =
    /^(ECONN(REFUSED|RESET|ABORTED)|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_\w+|ETIMEDOUT|EPIPE|EPROTO)$/.test(
      code,
    );
  // Such as SELF_SIGNED_CERT_IN_CHAIN, UNABLE_TO_VERIFY_LEAF_SIGNATURE and ERR_SSL_WRONG_VERSION_NUMBER.
  const isTls = /CERT|SIGNATURE|^ERR_SSL_/.test(code);
  return error.name === "TimeoutError" || ($response === undefined && (isConnection || isTls));
}

/** The codes that the SDK, too, takes for throttling. It has retried by then. */
function isThrottled(name: string): boolean {
  return /^(Throttling|ThrottlingException|ThrottledException|RequestLimitExceeded|RequestThrottled(Exception)?|TooManyRequestsException|SlowDown)$/.test(
    name,
  );
}

/** The codes of https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, and those of EC2, S3 and JSON services. */
function isInvalidCredentials(name: string): boolean {
  return /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|UnrecognizedClientException|IncompleteSignature|SignatureDoesNotMatch|InvalidSignatureException|MissingAuthenticationToken|MissingAuthenticationTokenException|AuthFailure)$/.test(
    name,
  );
}
