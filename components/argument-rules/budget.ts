import { costTags } from "../budget";
import type { Context } from "./context";

/** Checks who gets the reports of a budget, and that it knows the stack's costs. */
export function checkBudget({ settings, knows, isValid, report }: Context): void {
  const { budget, tags } = settings;
  if (budget === undefined) {
    return;
  }
  const emails = [
    ...(settings.alarmEmail === undefined ? [] : [settings.alarmEmail]),
    ...(settings.monitoring?.emails ?? []),
  ];
  if (isValid("alarmEmail", "monitoring.emails") && emails.length === 0) {
    report("budget", "is set, but its reports reach no operator. Set alarmEmail.", { set: "alarmEmail" });
  }
  // AWS Budgets: the maximum of addresses of a notification.
  if (isValid("alarmEmail", "monitoring.emails") && emails.length > 10) {
    const message = `has ${emails.length - 10} addresses too many: with budget, alarmEmail and monitoring.emails may have 10.`;
    report("monitoring.emails", message, { remove: "monitoring.emails" });
  }
  const missing = costTags.filter((name) => tags?.[name] === undefined);
  if (knows("tags") && missing.length > 0) {
    const message = `lacks ${missing.join(" and ")}, by which the budget knows the stack's costs. Set both.`;
    report("tags", message, ...missing.map((name) => ({ set: `tags.${name}` })));
  }
}
