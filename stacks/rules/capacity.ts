import { removeCommand, setCommand } from "../commands";
import { setAll } from "../mends";
import { type Rules, when } from "./rule";

/** The machines. */
export const capacity: Rules = {
  "a single instance is one": ({ settings: { web } }) => {
    const size = (web.maxSize ?? 1) > 1 ? "maxSize" : "minSize";
    return when(Boolean(web.singleInstance) && (web[size] ?? 1) > 1, () => ({
      key: `web.${size}`,
      message: `is ${web[size] ?? 1}, but web.singleInstance is true.`,
      mend: [setCommand("web.singleInstance", false)],
    }));
  },

  "a single instance has nothing to roll": ({ settings: { web } }) =>
    when(Boolean(web.singleInstance) && Boolean(web.deploymentPolicy?.startsWith("Rolling")), () => ({
      key: "web.deploymentPolicy",
      message: `is ${web.deploymentPolicy ?? ""}, but web.singleInstance is true: legal are AllAtOnce and Immutable.`,
      mend: [setCommand("web.deploymentPolicy", "AllAtOnce")],
    })),

  "sizes are in order": ({ settings, chosen }) =>
    (["web", "worker"] as const).flatMap((part) => {
      const { minSize = 1, maxSize = 1 } = settings[part];
      const { minSize: chosenLeast, maxSize: chosenMost } = chosen[part] ?? {};
      return when(minSize > maxSize, () => ({
        key: `${part}.minSize`,
        message: `is ${minSize}, more than ${part}.maxSize, which is ${maxSize}.`,
        // What the tier decides gives way.
        mend: [
          chosenLeast === undefined && chosenMost !== undefined
            ? setCommand(`${part}.minSize`, maxSize)
            : setCommand(`${part}.maxSize`, minSize),
        ],
      }));
    }),

  "instance types are of one architecture": ({ settings }) =>
    (["web", "worker"] as const).flatMap((part) => {
      const types = (settings[part].instanceTypes ?? []) as string[];
      const arm = types.filter(isArm);
      return when(arm.length > 0 && arm.length < types.length, () => ({
        key: `${part}.instanceTypes`,
        message: `mixes arm64 (${arm.join(", ")}) with x86_64 (${types.filter((type) => !isArm(type)).join(", ")}): legal is one architecture.`,
        // The first is the one that is preferred.
        mend: [
          removeCommand(`${part}.instanceTypes`),
          ...setAll(
            `${part}.instanceTypes`,
            types.filter((type) => isArm(type) === isArm(types[0] ?? "")),
          ),
        ],
      }));
    }),
};

/** Graviton's types have a "g" behind the generation: t4g, m6g, c7gn (EC2 User Guide, "Instance type naming"). */
function isArm(type: string): boolean {
  return /^(?:[a-z]+\d+g[a-z]*|a1)\./.test(type);
}
