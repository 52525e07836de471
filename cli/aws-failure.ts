/** Why AWS did not answer a request, and the commands that help. */
export interface AwsFailure {
  reason: string;
  fix: string[];
}

const identity = "aws sts get-caller-identity";
const login = "aws sso login    # if the session has expired";

/** Says whether there are no credentials, AWS was not reached, or AWS refused the request. */
export function describeAwsFailure(error: Error): AwsFailure {
  const { name } = error;
  const message = getMessage(error);
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name)) {
    return {
      reason: `There are no credentials for AWS: ${message}`,
      fix: ["aws configure sso    # once", login, "export AWS_PROFILE=your-profile"],
    };
  }
  if (isUnreached(error)) {
    return {
      reason: `AWS was not reached: ${message}`,
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
  return { reason: name === "Error" ? message : `${name}: ${message}`, fix: [identity] };
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
  return (
    error.name === "TimeoutError" ||
    ($response === undefined && /^(E[A-Z]+|EAI_AGAIN|CERT_\w+|\w*(CERT|SIGNATURE)\w*)$/.test(code))
  );
}

/** The codes of https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and of services that predate them. */
function isInvalidCredentials(name: string): boolean {
  return /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|UnrecognizedClientException|IncompleteSignature|SignatureDoesNotMatch|MissingAuthenticationToken|MissingAuthenticationTokenException|AuthFailure|OptInRequired|NotAuthorized)$/.test(
    name,
  );
}
