import type { Fix } from "../argument-rules/context";
import { memberPath } from "../argument-names";
import type { KnownOptions, OptionProblem, OptionsEnvironment } from "./custom-options";

type Report = (path: string, message: string, ...fixes: Fix[]) => void;

const listenerNamespace = "aws:elbv2:listener:";
const ruleNamespace = "aws:elbv2:listenerrule:";
const processNamespace = "aws:elasticbeanstalk:environment:process:";

/** Finds options that contradict each other, or the rest of the environment. */
export function findRelationProblems(
  options: KnownOptions,
  environment: OptionsEnvironment,
): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const report: Report = (path, message, ...fixes) => {
    problems.push({ path, message, fixes: fixes.length > 0 ? fixes : [{ remove: path }] });
  };
  for (const check of [checkListeners, checkRules, checkTrigger, checkSizes]) {
    check(options, environment, report);
  }
  return problems;
}

/** Returns the namespaces that begin with a text, by what follows it. */
function findAll(options: KnownOptions, start: string) {
  return [...options]
    .filter(([namespace]) => namespace.startsWith(start))
    .map(([namespace, found]) => ({ name: namespace.slice(start.length), ...found }));
}

/** Checks the listeners: the load balancer has one on port 443 with a certificate, and one on port 80 without. */
function checkListeners(options: KnownOptions, { hasCertificate }: OptionsEnvironment, report: Report): void {
  const rules = new Set(findAll(options, ruleNamespace).map(({ name }) => name));
  for (const { name, path, values } of findAll(options, listenerNamespace)) {
    if (!["default", "443", "80"].includes(name)) {
      const message =
        "is another port. The security group of the load balancer allows ports 80 and 443 only. Remove it.";
      report(path, message);
    } else if (hasCertificate !== (name === "443")) {
      report(
        path,
        hasCertificate
          ? `is the listener on port 80, which redirects to HTTPS. Set aws:elbv2:listener:443 instead.`
          : `needs a certificate. Set domain, or aws:elbv2:listener:default instead.`,
      );
    } else if (name === "80") {
      report(path, "is the default listener. Set aws:elbv2:listener:default instead.");
    }
    const missing = (values.Rules ?? "")
      .split(",")
      .map((rule) => rule.trim())
      .find((rule) => rule !== "" && !rules.has(rule));
    if (missing !== undefined) {
      const message = `contains "${missing}", but ${ruleNamespace}${missing} is not set. Set it, or remove the rule.`;
      report(memberPath(path, "Rules"), message);
    }
    checkProcess(options, path, "DefaultProcess", values, report);
  }
}

function checkRules(options: KnownOptions, _environment: OptionsEnvironment, report: Report): void {
  const priorities = new Map<string, string>();
  for (const { path, values } of findAll(options, ruleNamespace)) {
    const { HostHeaders, PathPatterns, Priority = "1" } = values;
    if ((HostHeaders ?? PathPatterns) === undefined) {
      report(path, "matches no requests. Expected HostHeaders or PathPatterns.");
    }
    const other = priorities.get(Priority);
    if (other !== undefined) {
      const message = `is ${Priority}, like that of ${other}. Expected another priority for each rule.`;
      report(memberPath(path, "Priority"), message, {
        set: memberPath(path, "Priority"),
        expected: "an integer from 1 to 1000",
      });
    }
    priorities.set(Priority, path);
    checkProcess(options, path, "Process", values, report);
  }
}

function checkProcess(
  options: KnownOptions,
  path: string,
  name: string,
  { [name]: process = "default" }: Record<string, string>,
  report: Report,
): void {
  if (process !== "default" && !options.has(processNamespace + process)) {
    const message = `is "${process}", but ${processNamespace}${process} is not set. Set it, or remove the name.`;
    report(memberPath(path, name), message);
  }
}

/** Elastic Beanstalk changes one of three values that do not fit, which would be a difference in every preview. */
function checkTrigger(options: KnownOptions, _environment: OptionsEnvironment, report: Report): void {
  const { path = "", values = {} } = options.get("aws:autoscaling:trigger") ?? {};
  const { BreachDuration = "5", Period = "5", EvaluationPeriods = "1" } = values;
  if (Number(BreachDuration) !== Number(Period) * Number(EvaluationPeriods)) {
    const message = `has BreachDuration ${BreachDuration}, Period ${Period} and EvaluationPeriods ${EvaluationPeriods}. Expected BreachDuration to be Period × EvaluationPeriods.`;
    report(path, message, {
      set: memberPath(path, "BreachDuration"),
      to: Number(Period) * Number(EvaluationPeriods),
    });
  }
}

/** Checks numbers of instances against the maximum of the environment. */
function checkSizes(options: KnownOptions, { group, maxSize }: OptionsEnvironment, report: Report): void {
  if (maxSize === undefined) {
    return;
  }
  for (const [namespace, name, limit] of [
    ["aws:autoscaling:updatepolicy:rollingupdate", "MinInstancesInService", maxSize - 1],
    ["aws:ec2:instances", "SpotFleetOnDemandBase", maxSize],
  ] as const) {
    const { path = "", values = {} } = options.get(namespace) ?? {};
    const value = values[name];
    if (value !== undefined && Number(value) > limit) {
      const expected = `an integer from 0 to ${limit}`;
      const message = `is ${value}, but ${group}.maxSize is ${maxSize}. Expected ${expected}.`;
      report(memberPath(path, name), message, { set: memberPath(path, name), expected });
    }
  }
}
