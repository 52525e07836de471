import { commandLine, removeCommand, shellWord } from "./commands";

/** The SDK warns of keys in the environment beside a profile. The provider prefers the profile as well. */
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Returns the settings of an AWS client for the credentials of the stack's provider: those of the profile in its file, also
 * where the environment has others, else the environment's. They belong to the client alone: the next stack of a command may
 * have another profile.
 */
export function getProfile(profile: string | undefined) {
  return profile === undefined ? {} : { profile, logger: silent };
}

/** Says how to get other credentials for a stack: the first line, and commands. */
export function getSelection(
  profile: string | undefined,
  stack: string,
): [text: string, ...commands: string[]] {
  const identity = "aws sts get-caller-identity";
  return profile === undefined
    ? [`Select its credentials, for example by AWS_PROFILE, and check them: ${identity}`]
    : [
        `aws:profile is ${profile}, and takes precedence over AWS_PROFILE. Check that profile, create it, or use the shell's credentials instead:`,
        `${identity} --profile ${shellWord(profile)}`,
        `aws configure sso --profile ${shellWord(profile)}`,
        commandLine([removeCommand("aws:profile")], stack),
      ];
}
