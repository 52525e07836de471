import { unlessUnknown } from "./unknown-values";

/** Names of secrets, as variables and parameters have them. */
const secretNames =
  /(^|[_/.-])(PASSWORDS?|PASSWD|PWD|PASSPHRASE|SECRETS?|TOKEN|API_?KEY|PRIVATE_?KEY|SECRET_?KEY|ACCESS_?KEY|CREDENTIALS?)([_/.-]|$)/i;

/** Variables of the application that are secret although their names do not say so. */
const applicationSecrets = /(^|\/)(ADMIN_URL|SMTP_USER)$/;

/** Last words of names that describe a secret, such as SECRET_ROTATION_ENABLED. */
const descriptions =
  /[_/.-](ENABLED|DISABLED|REQUIRED|TIMEOUT|LENGTH|SECONDS|MINUTES|HOURS|DAYS|EXPIRY|EXPIRATION|TTL|LIFETIME|AGE|COUNT|LIMIT|NAME|FILE|PATH|URL|URI|ARN|REVISION|VERSION|TYPE|HEADER|FIELD|ALGORITHM|POLICY|ROTATION|ISSUER|REGION|PREFIX|VALIDATORS|ENDPOINT|HINT)$/i;

/** Values that are never secret: flags and ARNs. */
const harmlessValues = /^(|true|false|yes|no|on|off|0|1|arn:aws[a-z-]*:.*)$/i;

/**
 * Shapes of tokens, by the services that issue them:
 * https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
 */
const tokens: [kind: string, shape: RegExp][] = [
  ["an AWS access key ID", /\b(AKIA|ASIA)[A-Z2-7]{16}\b/],
  // 40 characters of base64 that are no hash: hexadecimal ones have no capitals.
  ["an AWS secret access key", /(?<![\w/+])(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[A-Za-z0-9/+]{40}(?![\w/+=])/],
  ["a URL with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{59,})/],
  ["a GitLab token", /\bglpat-[\w-]{20}/],
  ["a Slack token", /\bxox[abeoprs]-[\w-]{10,}|\/\/hooks\.slack\.com\/services\/\w+\/\w+\/\w/],
  ["a Stripe key", /\b[rs]k_live_\w{16,}/],
  ["a SendGrid key", /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ["a Google API key", /\bAIza[\w-]{35}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}/],
  ["a JSON Web Token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
];

/** Returns what kind of token a text contains, without the token. */
export function findToken(text: string): string | undefined {
  return tokens.find(([, shape]) => shape.test(text))?.[0];
}

/**
 * Returns why a variable is a secret, without its value, or undefined. An unknown value of a secret's name is a secret:
 * flags and ARNs are seldom unknown, generated passwords are.
 */
export function describeSecret(name: string, readValue: () => unknown): string | undefined {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
  const byName = "is secret by its name";
  const isNamed = secretNames.test(words) && !descriptions.test(words);
  if (applicationSecrets.test(name)) {
    return byName;
  }
  if (isNamed && unlessUnknown(readValue, undefined) === undefined) {
    return byName;
  }
  const value = String(readValue());
  const kind = findToken(value);
  if (kind !== undefined) {
    return `has the form of ${kind}`;
  }
  return isNamed && !harmlessValues.test(value) ? byName : undefined;
}
