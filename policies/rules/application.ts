import {
  all,
  expectVariable,
  getAllOptions,
  hasVariable,
  isNonEmptyString,
  outsideDevelopment,
  toBe,
  toStrings,
  variables,
} from "../checks";
import { types } from "../resource-types";
import type { RuleDefinition } from "../rule";
import { describeSecret } from "../secrets";
import { find, flatMap, listOf, some } from "../unknown-values";

/** The size limit of all environment properties of an Elastic Beanstalk environment, in bytes. */
const maximumBytes = 4096;

/** Rules on the application's variables, which are environment properties of Elastic Beanstalk. */
export const application: RuleDefinition[] = [
  {
    name: "app-secure-cookies",
    title: "The application should send session and CSRF cookies over HTTPS only",
    severity: "high",
    remediation: 'Set SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE to "1".',
    url: "https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-secure",
    types: types.environment,
    check: all(
      expectVariable("SESSION_COOKIE_SECURE", toBe("1")),
      expectVariable("CSRF_COOKIE_SECURE", toBe("1")),
    ),
  },
  {
    name: "app-debug-disabled",
    title: "The application should not run in debug mode outside development",
    severity: "critical",
    remediation: 'Set DEBUG to "0".',
    url: "https://docs.djangoproject.com/en/stable/ref/settings/#debug",
    types: types.environment,
    check: outsideDevelopment(expectVariable("DEBUG", toBe("0"))),
  },
  {
    name: "app-env-matches-stack",
    title: "The application's variable APP_ENV should name the stack's environment",
    severity: "medium",
    remediation: "Set APP_ENV to the name of the stack's environment.",
    url: "https://12factor.net/config",
    types: types.environment,
    settings: {
      environments: {
        type: "array",
        items: { type: "string" },
        default: ["dev", "staging", "prod"],
        description: "Names of the environments. The rule skips stacks of any other environment",
      },
    },
    check(resource, report, context) {
      if (some(toStrings(context.setting("environments")), (name) => name === context.environment)) {
        expectVariable("APP_ENV", toBe(context.environment))(resource, report, context);
      }
    },
  },
  {
    name: "app-worker-matches-tier",
    title: "The application's variable WORKER should match the environment tier",
    severity: "medium",
    remediation: 'Set WORKER to "1" in the worker environment and to "0" in the web environment.',
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html",
    types: types.environment,
    check(resource, report, context) {
      // A configuration template has no tier.
      if (!resource.type.endsWith(":ConfigurationTemplate")) {
        const expected = toBe(resource.props.tier === "Worker" ? "1" : "0");
        expectVariable("WORKER", expected)(resource, report, context);
      }
    },
  },
  {
    name: "app-allowed-hosts-no-wildcard",
    title: "The application should accept requests for named hosts only",
    severity: "high",
    remediation: "Set DJANGO_ALLOWED_HOSTS to the host names, separated by spaces.",
    url: "https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
    types: types.environment,
    check: expectVariable("DJANGO_ALLOWED_HOSTS", {
      // Django takes a name that begins with a period for all of its subdomains.
      isMet: (hosts) => isNonEmptyString(hosts) && !/\*|(^|[\s,])\./.test(hosts),
      description: "host names without * and without a leading period",
    }),
  },
  {
    name: "app-no-default-acl",
    title: "The application should not set ACLs on the objects it uploads to S3",
    severity: "medium",
    controls: ["S3.12"],
    remediation: "Remove AWS_DEFAULT_ACL: the buckets have ACLs disabled.",
    types: types.environment,
    check(resource, report) {
      report(
        () => hasVariable(resource, "AWS_DEFAULT_ACL") && "AWS_DEFAULT_ACL is set; expected it to be absent.",
      );
    },
  },
  {
    name: "app-broker-url-no-credentials",
    title: "The Celery broker URL should not contain credentials",
    severity: "high",
    remediation: 'Set BROKER_URL to "sqs://"; boto3 finds the credentials.',
    url: "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html",
    types: types.environment,
    check: expectVariable("BROKER_URL", {
      isMet: (url) => isNonEmptyString(url) && !url.includes("@"),
      description: "a URL without credentials",
    }),
  },
  {
    name: "app-no-plaintext-secrets",
    title:
      "The application's secrets should be references to SSM parameters, not plain environment properties",
    severity: "high",
    remediation:
      "Store the secret as an SSM SecureString parameter and set its ARN in aws:elasticbeanstalk:application:environmentsecrets. If the platform version is too old for that, exempt the environment and give this as the reason.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html",
    types: types.environment,
    check(environment, report) {
      for (const read of getAllOptions(environment)) {
        report(() => {
          const option = read();
          const reason = option.namespace === variables && describeSecret(option.name, () => option.value);
          return (
            reason && `${option.name} ${reason}, but is a plain environment property; expected a reference.`
          );
        });
      }
    },
  },
  {
    name: "app-environment-properties-size",
    title: `The application's environment properties should not exceed ${maximumBytes} bytes in total`,
    severity: "medium",
    remediation: "Shorten or remove environment properties.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-softwaresettings.html",
    types: types.environment,
    check(environment, report) {
      report(() => {
        let bytes = 0;
        const tooLong = find(
          flatMap(getAllOptions(environment), (option) =>
            option.namespace === variables ? listOf(option) : [],
          ),
          ({ name, value }) => (bytes += Buffer.byteLength(`${name}=${String(value)}`)) > maximumBytes,
        );
        return (
          tooLong !== undefined &&
          `the environment properties have ${bytes} bytes or more; expected ${maximumBytes} or fewer.`
        );
      });
    },
  },
];
