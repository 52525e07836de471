import {
  all,
  expectOption,
  getOption,
  getPath,
  getTaskTimeLimit,
  findMismatch,
  outsideDevelopment,
  toBe,
  toBeAtLeast,
  toBeFalse,
  toBeSet,
  toBeTrue,
  toObjects,
  toStrings,
  type Expectation,
} from "../checks";
import { types } from "../resource-types";
import { type Check, ofTypes, type RuleDefinition } from "../rule";
import { unlessUnknown } from "../unknown-values";

const httpsListener = "aws:elbv2:listener:443";
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
    check(resource, report) {
      const find = (namespace: string, name: string, expectation: Expectation) =>
        findMismatch(`${namespace} ${name}`, getOption(resource, namespace, name), expectation);
      report(
        () =>
          find("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", toBeTrue) ||
          find("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", toBe("minor", "patch")),
      );
    },
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
    controls: ["AutoScaling.3", "EC2.8"],
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
    controls: ["ELB.1"],
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
    controls: ["ELB.1"],
    remediation: `Set the options of ${httpsListener}: ListenerEnabled to true, Protocol to HTTPS, and SSLCertificateArns to a certificate.`,
    types: types.environment,
    check: outsideDevelopment((resource, ...args) => {
      if (resource.props.tier !== "Worker") {
        all(
          expectOption(httpsListener, "ListenerEnabled", toBeTrue),
          expectOption(httpsListener, "Protocol", toBe("HTTPS")),
          expectOption(httpsListener, "SSLCertificateArns", toBeSet),
        )(resource, ...args);
      }
    }),
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
    check(resource, ...args) {
      if (getOption(resource, httpsListener, "Protocol") === "HTTPS") {
        expectOption(httpsListener, "SSLPolicy", {
          // The policies Ext0, Ext1 and Ext2 allow older ciphers.
          isMet: (policy) =>
            /^ELBSecurityPolicy-TLS13-1-[23]-(Res-)?(FIPS-)?(PQ-)?20\d\d-\d\d$/.test(String(policy)),
          description: "a security policy for TLS 1.2 and 1.3 only",
        })(resource, ...args);
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
      ifLoadBalanced(expectOption("aws:elbv2:listener:default", "ListenerEnabled", toBeFalse)),
    ),
  },
  {
    name: "alb-http-to-https-redirection-check",
    title: "Application Load Balancers should redirect all HTTP requests to HTTPS",
    severity: "medium",
    controls: ["ELB.1"],
    remediation: "Set defaultActions to one redirect to HTTPS.",
    types: types.listener,
    check({ props }, report) {
      report(() => {
        if (props.protocol === "HTTPS") {
          return undefined;
        }
        const actions = toObjects(props.defaultActions);
        const redirects = actions.every(
          (action) => action.type === "redirect" && getPath(action, "redirect.protocol") === "HTTPS",
        );
        return (
          (actions.length === 0 || !redirects) &&
          "defaultActions does not redirect HTTP requests to HTTPS; expected redirects only."
        );
      });
    },
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
          getOption(resource, "aws:elasticbeanstalk:sqsd", "WorkerQueueURL") !== undefined &&
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
                toStrings(environment.props.autoscalingGroups).includes(String(props.autoscalingGroupName)),
              false,
            )),
      );
      report(() => hooks.length === 0 && "no LifecycleHook keeps its instances; expected one.");
      for (const { name, props } of hooks) {
        const minimum = toBeAtLeast(getTaskTimeLimit(environment) ?? 600);
        // An hour where it is not set.
        report(() => findMismatch(`heartbeatTimeout of ${name}`, props.heartbeatTimeout ?? 3600, minimum));
      }
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

/** Returns a check that runs on web environments with a load balancer only. */
function ifLoadBalanced(check: Check): Check {
  return (resource, ...args) => {
    const type = getOption(resource, "aws:elasticbeanstalk:environment", "EnvironmentType");
    if (resource.props.tier !== "Worker" && type !== "SingleInstance") {
      check(resource, ...args);
    }
  };
}
