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
