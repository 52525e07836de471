import {
  all,
  expectOption,
  findOptionMismatch,
  getAllOptions,
  getOptions,
  findMismatch,
  getPath,
  getTaskTimeLimit,
  isFalse,
  isTrue,
  outsideDevelopment,
  toBe,
  toBeAtLeast,
  toBeFalse,
  toBeSet,
  toBeTrue,
  toStrings,
} from "../checks";
import { types } from "../resource-types";
import { type Check, ofTypes, type Resource, type RuleDefinition } from "../rule";
import { isRecommendedPolicy, recommendedPolicies } from "./load-balancers";
import { every, find, listOf, some, unlessUnknown } from "../unknown-values";

const httpsListener = "aws:elbv2:listener:443";
const defaultListener = "aws:elbv2:listener:default";
const launchConfiguration = "aws:autoscaling:launchconfiguration";

/** Rules on Elastic Beanstalk environments and the listeners of their load balancers. */
export const elasticBeanstalk: RuleDefinition[] = [
  {
    name: "eb-enhanced-health-reporting-enabled",
    title: "Elastic Beanstalk environments should have enhanced health reporting enabled",
    severity: "low",
    controls: ["ElasticBeanstalk.1"],
    remediation: "Set the option SystemType to enhanced.",
    types: types.environment,
    check: expectOption("aws:elasticbeanstalk:healthreporting:system", "SystemType", toBe("enhanced")),
  },
  {
    name: "eb-managed-updates-enabled",
    title: "Elastic Beanstalk managed platform updates should be enabled",
    severity: "high",
    controls: ["ElasticBeanstalk.2"],
    remediation: "Set the option ManagedActionsEnabled to true and UpdateLevel to minor.",
    types: types.environment,
    check: all(
      expectOption("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", toBeTrue),
      expectOption(
        "aws:elasticbeanstalk:managedactions:platformupdate",
        "UpdateLevel",
        toBe("minor", "patch"),
      ),
    ),
  },
  {
    name: "eb-logs-to-cloudwatch",
    title: "Elastic Beanstalk environments should stream logs to CloudWatch",
    severity: "high",
    controls: ["ElasticBeanstalk.3"],
    remediation: "Set the option StreamLogs to true.",
    types: types.environment,
    check: expectOption("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs", toBeTrue),
  },
  {
    name: "eb-instances-require-imdsv2",
    title: "Elastic Beanstalk instances should require Instance Metadata Service Version 2 (IMDSv2)",
    severity: "high",
    controls: ["AutoScaling.3", "EC2.8", "CIS v5.0.0/5.7"],
    remediation: "Set the option DisableIMDSv1 to true.",
    types: types.environment,
    check: expectOption(launchConfiguration, "DisableIMDSv1", toBeTrue),
  },
  {
    name: "eb-no-default-security-group",
    title: "Elastic Beanstalk instances should not use the default security group, which allows SSH",
    severity: "medium",
    controls: ["EC2.19"],
    remediation:
      "Set the option SecurityGroups to the stack's own groups and DisableDefaultEC2SecurityGroup to true.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.ec2.instances.sg.html",
    types: types.environment,
    check: all(
      expectOption(launchConfiguration, "SecurityGroups", toBeSet),
      expectOption(launchConfiguration, "DisableDefaultEC2SecurityGroup", toBeTrue),
    ),
  },
  {
    name: "eb-application-load-balancer",
    title: "Load-balanced web environments should use an Application Load Balancer",
    severity: "medium",
    remediation: "Set the option LoadBalancerType to application. This replaces the environment.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html",
    types: types.environment,
    check: ifLoadBalanced(
      expectOption("aws:elasticbeanstalk:environment", "LoadBalancerType", toBe("application")),
    ),
  },
  {
    name: "eb-https-listener-enabled",
    title: "Web environments should have an HTTPS listener outside development",
    severity: "high",
    controls: ["ELB.18"],
    remediation: `Set the options of ${httpsListener}: ListenerEnabled to true, Protocol to HTTPS, and SSLCertificateArns to a certificate.`,
    types: types.environment,
    check: outsideDevelopment(
      ifLoadBalanced((environment, report, context) => {
        const has443 = some(getAllOptions(environment), ({ namespace }) => namespace === httpsListener);
        if (
          has443 ||
          !some(listOf(...getListeners(environment)), (port) => isHttpsListener(environment, port))
        ) {
          all(
            expectOption(httpsListener, "ListenerEnabled", toBeTrue),
            expectOption(httpsListener, "Protocol", toBe("HTTPS")),
            expectOption(httpsListener, "SSLCertificateArns", toBeSet),
          )(environment, report, context);
        }
      }),
    ),
  },
  {
    name: "eb-predefined-security-policy-ssl-check",
    title: "HTTPS listeners should use a recommended security policy, for TLS 1.2 and 1.3 only",
    severity: "medium",
    controls: ["ELB.17"],
    remediation:
      "Set the option SSLPolicy to ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    types: types.environment,
    check(environment, report) {
      for (const listener of getListeners(environment)) {
        report(
          () =>
            some(getOptions(environment, listener, "Protocol"), ({ value }) => value === "HTTPS") &&
            findOptionMismatch(environment, listener, "SSLPolicy", {
              isMet: isRecommendedPolicy,
              description: recommendedPolicies,
            }),
        );
      }
    },
  },
  {
    name: "eb-http-listener-disabled",
    title:
      "Load-balanced web environments should have the default HTTP listener disabled outside development",
    severity: "medium",
    controls: ["ELB.1"],
    remediation:
      "Set the option ListenerEnabled of aws:elbv2:listener:default to false, and add a listener that redirects HTTP to HTTPS.",
    types: types.environment,
    check: outsideDevelopment(
      ifLoadBalanced((environment, report, context) => {
        expectOption(defaultListener, "ListenerEnabled", toBeFalse)(environment, report, context);
        for (const listener of getListeners(environment)) {
          report(
            () =>
              ![httpsListener, defaultListener].includes(listener) &&
              !some(getOptions(environment, listener, "ListenerEnabled"), ({ value }) => isFalse(value)) &&
              !isEncrypted(environment, listener) &&
              `${listener} accepts HTTP; expected HTTPS.`,
          );
        }
      }),
    ),
  },
  {
    name: "eb-worker-daemon-not-on-celery-queue",
    title:
      "The Elastic Beanstalk worker daemon should not read the Celery queue, where it would consume tasks",
    severity: "high",
    remediation: "Remove the option WorkerQueueURL; Elastic Beanstalk then creates a queue for the daemon.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html",
    types: types.environment,
    check(resource, report) {
      report(
        () =>
          some(getOptions(resource, "aws:elasticbeanstalk:sqsd", "WorkerQueueURL"), () => true) &&
          "aws:elasticbeanstalk:sqsd WorkerQueueURL is set; expected it to be absent.",
      );
    },
  },
  {
    name: "eb-worker-termination-lifecycle-hook",
    title:
      "Worker environments should have a lifecycle hook that lets tasks finish before an instance ends, outside development",
    level: "advisory",
    severity: "medium",
    remediation:
      "Add a LifecycleHook on EC2_INSTANCE_TERMINATING of the environment's Auto Scaling group, whose heartbeatTimeout is longer than the time limit of a task.",
    url: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html",
    types: types.environment,
    checkInStack(environment, report, { development }, stack) {
      if (development || environment.props.tier !== "Worker") {
        return;
      }
      const hooks = ofTypes(stack, types.lifecycleHook).filter(
        ({ props, refersTo }) =>
          props.lifecycleTransition === "autoscaling:EC2_INSTANCE_TERMINATING" &&
          (refersTo("autoscalingGroupName").includes(environment.urn) ||
            unlessUnknown(
              () =>
                some(
                  toStrings(environment.props.autoscalingGroups),
                  (group) => group === props.autoscalingGroupName,
                ),
              false,
            )),
      );
      report(() => hooks.length === 0 && "no LifecycleHook keeps its instances; expected one.");
      for (const { name, props } of hooks) {
        const minimum = () => toBeAtLeast(getTaskTimeLimit(environment) ?? 600);
        // An hour where it is not set.
        report(() => findMismatch(`heartbeatTimeout of ${name}`, props.heartbeatTimeout ?? 3600, minimum()));
      }
    },
  },
  {
    name: "eb-no-coupled-database",
    title: "Elastic Beanstalk environments should not have a database of their own, which ends with them",
    severity: "high",
    remediation:
      "Remove the option HasCoupledDatabase, and create an RDS instance, which the policies check.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.db.html",
    types: types.environment,
    check(environment, report) {
      report(
        () =>
          some(getOptions(environment, "aws:rds:dbinstance", "HasCoupledDatabase"), ({ value }) =>
            isTrue(value),
          ) && "aws:rds:dbinstance HasCoupledDatabase is true; expected it to be absent.",
      );
    },
  },
  {
    name: "eb-no-name-tag",
    title: "Elastic Beanstalk environments should not have a tag Name, which Elastic Beanstalk reserves",
    severity: "low",
    remediation: "Remove the tag Name, also from aws:defaultTags; Elastic Beanstalk sets it.",
    url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html",
    types: types.environment,
    check({ props }, report) {
      // tagsAll has the default tags of the provider too.
      for (const input of ["tags", "tagsAll"]) {
        report(
          () =>
            getPath(props, `${input}.Name`) !== undefined &&
            `${input} contains Name; expected it to be absent.`,
        );
      }
    },
  },
];

/** Returns a check that runs on web environments with a load balancer of their own. */
function ifLoadBalanced(check: Check): Check {
  const namespace = "aws:elasticbeanstalk:environment";
  return (environment, report, context) => {
    const types = getOptions(environment, namespace, "EnvironmentType");
    const isSingle = types.length > 0 && every(types, ({ value }) => value === "SingleInstance");
    // The listeners of a shared load balancer are resources of their own.
    const isShared = some(getOptions(environment, namespace, "LoadBalancerIsShared"), ({ value }) =>
      isTrue(value),
    );
    if (environment.props.tier !== "Worker" && !isSingle && !isShared) {
      check(environment, report, context);
    }
  };
}

/** Returns the namespaces of the listeners that an environment has options of. */
function getListeners(environment: Resource): string[] {
  const namespaces = getAllOptions(environment).map((read) =>
    unlessUnknown(() => String(read().namespace), ""),
  );
  return [...new Set(namespaces)].filter((namespace) => namespace.startsWith("aws:elbv2:listener:"));
}

/** Whether every value of a listener's protocol is an encrypted one. It is HTTP by default. */
function isEncrypted(environment: Resource, listener: string): boolean {
  const values = getOptions(environment, listener, "Protocol");
  return values.length > 0 && every(values, ({ value }) => value === "HTTPS");
}

/** Whether a listener accepts HTTPS, with a certificate. */
function isHttpsListener(environment: Resource, listener: string): boolean {
  return (
    isEncrypted(environment, listener) &&
    !some(getOptions(environment, listener, "ListenerEnabled"), ({ value }) => isFalse(value)) &&
    find(getOptions(environment, listener, "SSLCertificateArns"), ({ value }) => toBeSet.isMet(value)) !==
      undefined
  );
}
