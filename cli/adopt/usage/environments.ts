import { getOption, propertyNamespace } from "../../../plan/application-environments";
import { getValue } from "../environments";
import type { ExistingEnvironment, Usage } from "../survey";
import { getPlanned, type UsageContext } from "./context";

export function describeReferences(environments: ExistingEnvironment[]): Usage[] {
  return environments
    .filter(({ isManaged }) => !isManaged)
    .flatMap(({ name, references, variables }) =>
      Object.entries(references)
        .filter(([variable]) => variables[variable] === undefined)
        .map(([variable, arn]) => ({
          variable,
          environment: name,
          value: arn,
          what: "a reference",
          blocker: `${variable} of ${name} refers to ${arn}, which cannot be read. Check that it exists and that you may read it.`,
        })),
    );
}

/** Variables with which the application would fail on the program's buckets, or send no mail. */
export function describeRefusedVariables(environments: ExistingEnvironment[]): Usage[] {
  return environments.flatMap(({ name, variables, reasons }) =>
    [
      { variable: "AWS_DEFAULT_ACL", problem: "uploads would fail, since the program turns ACLs off" },
      // An environment that is replaced keeps it until then.
      ...(reasons.length > 0
        ? []
        : [{ variable: "EMAIL_FILE_DIR", problem: "mail would be written to files instead of sent" }]),
    ].flatMap(({ variable, problem }) =>
      variables[variable] === undefined
        ? []
        : [
            {
              variable,
              environment: name,
              value: variables[variable],
              what: "a variable that the program does not allow",
              blocker: `${variable} of ${name} is set: ${problem}. Remove it first: aws elasticbeanstalk update-environment --environment-name ${name} --options-to-remove Namespace=${propertyNamespace},OptionName=${variable}`,
            },
          ],
    ),
  );
}

/** The certificate of an environment's HTTPS listener, without which the program's environment would not have HTTPS. */
export function describeHttps(environments: ExistingEnvironment[], context: UsageContext): Usage[] {
  const web = getPlanned(context, "-eb-web")?.inputs ?? {};
  const hasHttps = getOption(web, "aws:elbv2:listener:443", "SSLCertificateArns") !== undefined;
  return environments.flatMap(({ name, options, isManaged }) => {
    const certificate =
      getValue(options, "aws:elbv2:listener:443", "SSLCertificateArns") ??
      getValue(options, "aws:elb:listener:443", "SSLCertificateId");
    if (!certificate || isManaged) {
      return [];
    }
    const what = "certificate of the HTTPS listener";
    const blocker = `${name} serves HTTPS with ${certificate}, but the program's web environment would not. Set domain, and hostedZone or certificateArn (docs/configuration.md).`;
    return [
      { variable: "HTTPS", environment: name, value: certificate, what, ...(!hasHttps && { blocker }) },
    ];
  });
}
