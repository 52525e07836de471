import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { formatTime } from "../../stacks/database-sources";
import { isRecord, parseJson } from "../../stacks/validators";
import { ignoreMissing } from "../adopt/matcher";
import { callAws } from "../call-aws";
import { formatHolder, isAlive, type Lock } from "../recover/locks";
import { UserError } from "../user-error";
import type { DrillPlace } from "./facts";
import { getDrillParameter } from "./record";

/** Who runs a drill, as the lock's parameter has it. */
interface Holder extends Lock {
  id: string;
  /** When the drill renewed its lock. */
  seen: string;
}

type LockPlace = Pick<DrillPlace, "stack" | "applicationName" | "clients">;

/** Minutes between two renewals. */
const interval = 1;
/** Minutes after which a lock that was not renewed ends: the clocks of two machines that AWS accepts differ by at most 5. */
const lifetime = 10;
const minute = 60_000;

/** Returns the name of the SSM parameter that exists while a drill runs. */
export function getLockParameter(applicationName: string): string {
  return `${getDrillParameter(applicationName)}-lock`;
}

/**
 * The lock of a drill: from before its restore until its database is removed, unlike Pulumi's, which is there while Pulumi
 * runs. One that was left ends by itself: at once on the machine of its process, elsewhere when it was not renewed.
 */
export class DrillLock {
  private readonly timer: NodeJS.Timeout;
  private renewal = Promise.resolve();

  private constructor(
    private readonly place: LockPlace,
    private readonly holder: Holder,
  ) {
    this.timer = setInterval(() => {
      this.renewal = this.renew();
    }, interval * minute);
    this.timer.unref();
  }

  /** @throws UserError if a drill of the stack is running. */
  static async acquire(place: LockPlace, now: Date): Promise<DrillLock> {
    const time = formatTime(now);
    const { username } = userInfo();
    const holder = {
      ...{ id: randomUUID(), pid: process.pid, username, hostname: hostname() },
      ...{ timestamp: time, seen: time },
    };
    // SSM creates a parameter for one of two that run at once.
    if (!(await write(place, holder, { overwrite: false }))) {
      await requireUnlocked(place, now);
      await write(place, holder, { overwrite: true });
    }
    const lock = new DrillLock(place, holder);
    await lock.check();
    return lock;
  }

  /** @throws UserError if another drill has taken over, because this one did not renew its lock. */
  async check(): Promise<void> {
    const holder = await read(this.place);
    if (holder?.id !== this.holder.id) {
      const other = holder === undefined ? "" : `: ${formatHolder(holder)}`;
      const { stack } = this.place;
      throw new UserError(
        `Another drill of ${stack} took over${other}. This one stopped, because it had not renewed its lock for ${lifetime} minutes. It recorded and removed nothing. See the result of the other one: npx beo status ${stack}`,
      );
    }
  }

  /** Ends the lock, unless it is another drill's by now. */
  async release(): Promise<void> {
    const { clients, applicationName } = this.place;
    const Name = getLockParameter(applicationName);
    clearInterval(this.timer);
    await this.renewal;
    try {
      if ((await read(this.place))?.id === this.holder.id) {
        await callAws(clients.ssm().send(new DeleteParameterCommand({ Name })), "The lock was not deleted.");
      }
    } catch (error) {
      console.error(`${(error as Error).message}\nThe lock ${Name} ends by itself in ${lifetime} minutes.`);
    }
  }

  /** A renewal that fails is repeated by the next one. */
  private async renew(): Promise<void> {
    try {
      await this.check();
      await write(this.place, { ...this.holder, seen: formatTime(new Date()) }, { overwrite: true });
    } catch {
      // The next step of the drill checks the lock, and says what is wrong.
    }
  }
}

/** @throws UserError if a drill of the stack is running. */
export async function requireUnlocked(place: LockPlace, now: Date): Promise<void> {
  const holder = await read(place);
  const seen = Date.parse(holder?.seen ?? "");
  // A moment of the future would not end.
  const isRenewed = Math.abs(now.getTime() - seen) < lifetime * minute;
  if (holder === undefined || !isRenewed || isAlive(holder, "") === false) {
    return;
  }
  const { stack } = place;
  throw new UserError(
    `A restore drill of ${stack} is running: ${formatHolder(holder)}. Nothing was changed. Wait until it has ended. If its process was killed, run the command again after ${formatTime(new Date(seen + lifetime * minute))}: a drill that has not renewed its lock for ${lifetime} minutes counts as ended.`,
  );
}

/** Undefined if there is no lock, or what is there is none. */
async function read({ clients, applicationName }: LockPlace): Promise<Holder | undefined> {
  const response = await callAws(
    ignoreMissing(
      clients.ssm().send(new GetParameterCommand({ Name: getLockParameter(applicationName) })),
      "ParameterNotFound",
    ),
    "Whether another drill is running could not be read.",
  );
  const value = parseJson(response?.Parameter?.Value ?? "");
  const isHolder =
    isRecord(value) && typeof value.id === "string" && !Number.isNaN(Date.parse(String(value.seen)));
  return isHolder ? (value as unknown as Holder) : undefined;
}

/** Whether it was written: without overwriting, it is not if there is one. */
async function write(
  { clients, applicationName }: LockPlace,
  holder: Holder,
  { overwrite }: { overwrite: boolean },
): Promise<boolean> {
  const request = new PutParameterCommand({
    Name: getLockParameter(applicationName),
    Type: "String",
    Overwrite: overwrite,
    Value: JSON.stringify(holder),
  });
  const response = await callAws(
    ignoreMissing(clients.ssm().send(request), "ParameterAlreadyExists"),
    "The drill could not be locked. Nothing was changed.",
  );
  return response !== undefined;
}
