import { isInZone } from "../../components/dns-record";
import { removeCommand, setCommand } from "../commands";
import { keys } from "../keys";
import { mendSecret, provide } from "../mends";
import { senderOf } from "../merge";
import { type Rules, when } from "./rule";

/** Keys, passwords and who sends mail. */
export const credentials: Rules = {
  "both credentials or none": ({ settings }) =>
    (
      [
        ["smtpUser", "smtpPassword", "another mail provider has both, SES neither"],
        ["sqlUser", "sqlPassword", "a user of the application's own has both, the master user neither"],
      ] as const
    ).flatMap(([user, secret, why]) => {
      const [missing, given] = settings[user] === undefined ? [user, secret] : [secret, user];
      const key = keys[missing];
      return when(
        key !== undefined && (settings[user] === undefined) !== (settings[secret] === undefined),
        () => ({
          key: missing,
          message: `is missing, but ${given} is set: ${why}. Set it, or remove ${given}.`,
          mend: key === undefined ? [] : provide(missing, key),
        }),
      );
    }),

  "Django's key is a secret of its own": ({ settings }) => {
    const others = (
      ["databasePassword", "sqlPassword", "supportPassword", "smtpPassword", "adminUrl"] as const
    ).filter((key) => settings.secretKey !== undefined && settings[key] === settings.secretKey);
    // The others have another side, which would have to learn a new value.
    return when(others.length > 0, () => ({
      key: "secretKey",
      message: `has the same value as ${others.join(" and ")}: whoever learns one should not have the other.`,
      mend: keys.secretKey === undefined ? [] : mendSecret("secretKey", keys.secretKey),
    }));
  },

  "mail comes from its domain": ({ settings }) => {
    const { mail } = settings;
    const from = senderOf(settings);
    return when(mail?.domain !== undefined && !isInZone(from.split("@")[1] ?? "", mail.domain), () => ({
      key: "mail.fromAddress",
      message: `is "${from}", which is not of mail.domain, "${mail?.domain ?? ""}".`,
      mend: [setCommand("mail.fromAddress", `${from.split("@")[0] ?? ""}@${mail?.domain ?? ""}`)],
    }));
  },

  "rotating keys are one apart": ({ settings }) =>
    (["mail", "serviceAccount"] as const).flatMap((part) => {
      const { keyGeneration = 1, previousKeyGeneration } = settings[part] ?? {};
      return when(previousKeyGeneration !== undefined && previousKeyGeneration !== keyGeneration - 1, () => ({
        key: `${part}.previousKeyGeneration`,
        message: `is ${previousKeyGeneration ?? ""}: legal is ${keyGeneration - 1}, the one before ${part}.keyGeneration.`,
        mend: [
          keyGeneration > 1
            ? setCommand(`${part}.previousKeyGeneration`, keyGeneration - 1)
            : removeCommand(`${part}.previousKeyGeneration`),
        ],
      }));
    }),
};
