import type { ArgumentRule, Context, Fix } from "./context";

/** The rules between arguments of users, passwords and access keys. */
export const credentialRules: readonly ArgumentRule[] = [checkCredentials, checkKeyGenerations];

function checkCredentials({ settings, isValid, report }: Context): void {
  for (const [user, password, alternative] of [
    ["smtpUser", "smtpPassword", "send mail through SES"],
    ["sqlUser", "sqlPassword", "connect as the master user"],
  ] as const) {
    const [missing, set] = settings[user] === undefined ? [user, password] : [password, user];
    if (isValid(user, password) && settings[missing] === undefined && settings[set] !== undefined) {
      report(missing, `is missing, but ${set} is set. Set both, or remove ${set} to ${alternative}.`);
    }
  }
}

function checkKeyGenerations({ settings, knows, report }: Context): void {
  for (const group of ["mail", "serviceAccount"] as const) {
    const { keyGeneration, previousKeyGeneration: previous } = settings[group];
    const path = `${group}.previousKeyGeneration`;
    if (knows(`${group}.keyGeneration`) && previous !== undefined && previous !== keyGeneration - 1) {
      const [expected, fix]: [string, Fix] =
        keyGeneration === 1
          ? ["Remove it, there is no previous key.", { remove: path }]
          : [`Expected ${keyGeneration - 1}.`, { set: path, to: keyGeneration - 1 }];
      report(path, `is ${previous}, but ${group}.keyGeneration is ${keyGeneration}. ${expected}`, fix);
    }
  }
}
