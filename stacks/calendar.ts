import { certificateAuthority, node, platform, postgres, warningDays } from "./ends.json";

/** What a stack uses and others end: versions, branches, certificate authorities. */
export type Kind = "postgres" | "platform" | "certificateAuthority" | "node";

interface Calendar {
  ends: Readonly<Record<string, string | undefined>>;
  /** Names it, and says what its end means and what to do. */
  describe: (name: string) => { what: string; effect: string; advice: string };
}

const calendars: Record<Kind, Calendar> = {
  postgres: {
    ...postgres,
    describe: (name) => ({
      what: `RDS standard support of PostgreSQL ${name}`,
      effect: "RDS upgrades the database by itself then, with downtime.",
      advice: "Upgrade it in a maintenance window of your own: docs/upgrading.md, PostgreSQL, major version.",
    }),
  },
  platform: {
    ...platform,
    describe: (name) => ({
      what: `Support of Elastic Beanstalk's platform branch ${name}`,
      effect: "Without support there are no security updates.",
      advice: "Move to a newer branch: docs/upgrading.md, Platform branch.",
    }),
  },
  certificateAuthority: {
    ...certificateAuthority,
    describe: (name) => ({
      what: `The database's certificate authority ${name}`,
      effect: "Clients that verify certificates cannot connect after its end.",
      advice: "Change it: docs/upgrading.md, Certificate authority.",
    }),
  },
  node: {
    ...node,
    describe: (name) => ({
      what: `Support of Node.js ${name}, which runs this program,`,
      effect: "Without support there are no security updates.",
      advice: "Install a newer version: README.md, Compatibility.",
    }),
  },
};

/** An end that is near or past. */
export interface End {
  kind: Kind;
  /** Days that are left; negative if it is past. */
  days: number;
  text: string;
}

/** Returns the date on which support ends, as 2030-02-28; undefined if the calendar does not know it. */
export function getEnd(kind: Kind, name: string): string | undefined {
  return calendars[kind].ends[name];
}

/** Finds what ends within 180 days, or has ended. */
export function findEnds(used: Partial<Record<Kind, string | undefined>>, today: Date): End[] {
  return Object.entries(used).flatMap(([key, name = ""]): End[] => {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the type of `used`
    const kind = key as Kind;
    const date = getEnd(kind, name);
    if (date === undefined) {
      return [];
    }
    const days = Math.floor((Date.parse(date) - today.getTime()) / (24 * 60 * 60 * 1000));
    const { what, effect, advice } = calendars[kind].describe(name);
    const end = days < 0 ? `ended on ${date}` : `ends on ${date}, in ${days} days`;
    const text = `${what} ${end}. ${effect} ${advice}`;
    return days > warningDays ? [] : [{ kind, days, text }];
  });
}

/** The branch of a platform version: "Python 3.13" of "64bit Amazon Linux 2023 v4.13.7 running Python 3.13". */
export function toBranch(platformVersion: string): string {
  const [, system = "", branch = ""] = /^64bit (.+?) v[\d.]+ running (.+)$/.exec(platformVersion) ?? [];
  return system === "Amazon Linux 2023" ? branch : `${branch} on ${system}`;
}

/** "17" of "17.2". */
export function getMajor(version: string): string {
  return version.replace(/\..*$/, "");
}

/** The running Node.js: "24". */
export const nodeVersion = getMajor(process.versions.node);
