import type * as pulumi from "@pulumi/pulumi";
import type { IpAddressType, TlsPolicy } from "../enums";
import { formatList, formatValue, type OptionSettings } from "./option-settings";

/** The load balancer of the web environment. */
export interface LoadBalancerArgs {
  /**
   * Whether the load balancer has private addresses only, which are reached from the VPC and networks connected to it.
   *
   * @default false
   * @changing Cannot be changed later: it needs environments of another `platform.generation`, since a target group stays with one load balancer.
   */
  internal?: boolean;
  /**
   * "ipv4", or "dualstack" for IPv6 too, with AAAA records beside the A records. The VPC and the load balancer's subnets need
   * IPv6 blocks and routes
   * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-elbv2-ipv6-dualstack.html).
   *
   * @default "ipv4"
   * @changing In place.
   */
  ipAddressType?: IpAddressType;
  /**
   * Seconds without data after which the load balancer closes a connection, 1–3,600. At least the time that `uploadLimit`
   * gives a request.
   *
   * @default the time that `uploadLimit` gives a request: 300 seconds, or 1.5 for each MiB where that is more
   * @changing In place.
   */
  idleTimeout?: number;
  /**
   * Security policy of the HTTPS listener: which versions of TLS and ciphers it accepts. The default is the one that AWS
   * recommends; "ELBSecurityPolicy-TLS13-1-2-2021-06" accepts older clients, which have CBC ciphers only
   * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
   *
   * @default "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
   * @changing In place.
   */
  tlsPolicy?: TlsPolicy;
  /**
   * Seconds between two health checks of an instance, 5–300.
   *
   * @default 15 seconds
   * @changing In place.
   */
  healthCheckInterval?: number;
  /**
   * Seconds in which a health check has to be answered, 2–60, and fewer than `healthCheckInterval`.
   *
   * @default 5 seconds
   * @changing In place.
   */
  healthCheckTimeout?: number;
  /**
   * Health checks in a row that have to pass before an instance gets requests, 2–10.
   *
   * @default 3 health checks
   * @changing In place.
   */
  healthyThreshold?: number;
  /**
   * Health checks in a row that have to fail before an instance gets no more requests, 2–10.
   *
   * @default 5 health checks
   * @changing In place.
   */
  unhealthyThreshold?: number;
}

/** Defaults of {@link LoadBalancerArgs}. */
export const loadBalancerDefaults = {
  internal: false,
  ipAddressType: "ipv4",
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
} satisfies LoadBalancerArgs;

/** Elastic Beanstalk's defaults of the health check, in seconds: its namespace `aws:elasticbeanstalk:environment:process:default`. */
export const healthCheckTimes = { healthCheckInterval: 15, healthCheckTimeout: 5 };

/** The load balancer's place, certificate and logs. */
export interface LoadBalancer {
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  securityGroupId: pulumi.Input<string>;
  /** Certificate for HTTPS; undefined for plain HTTP. */
  certificateArn?: pulumi.Input<string>;
  /** Bucket of the access logs; undefined for none. */
  logBucketName?: pulumi.Input<string>;
}

/** Returns the seconds that a request may take: those that process an upload of the maximum size, or an export. */
export function getRequestTimeout(uploadLimit: number): number {
  return Math.max(300, Math.ceil(1.5 * uploadLimit));
}

/** What the options follow, beside the place of the load balancer. */
type Settings = LoadBalancerArgs &
  Required<Pick<LoadBalancerArgs, "tlsPolicy">> & {
    uploadLimit: number;
    healthCheckPath: pulumi.Input<string>;
    healthCheckMatcher: pulumi.Input<string>;
  };

/** Returns the options of a load balancer; those that are not set stay at Elastic Beanstalk's defaults. */
export function getLoadBalancerOptions(
  web: Settings,
  { subnetIds, securityGroupId, certificateArn, logBucketName }: LoadBalancer,
): OptionSettings {
  const requestTimeout = getRequestTimeout(web.uploadLimit);
  return {
    "aws:ec2:vpc": {
      ELBSubnets: formatList(subnetIds),
      ELBScheme: web.internal ? "internal" : "public",
    },
    // The default is a Classic Load Balancer, and the type cannot be changed later.
    "aws:elasticbeanstalk:environment": { LoadBalancerType: "application" },
    "aws:elbv2:loadbalancer": {
      SecurityGroups: securityGroupId,
      ManagedSecurityGroup: securityGroupId,
      IdleTimeout: formatValue(web.idleTimeout ?? requestTimeout),
      ...(web.ipAddressType === "dualstack" && { IpAddressType: "dualstack" }),
      ...(logBucketName !== undefined && { AccessLogsS3Enabled: "true", AccessLogsS3Bucket: logBucketName }),
    },
    // With HTTPS our own listener on port 80 redirects: no option can express a redirect.
    "aws:elbv2:listener:default": { ListenerEnabled: certificateArn === undefined ? "true" : "false" },
    ...(certificateArn !== undefined && {
      "aws:elbv2:listener:443": {
        ListenerEnabled: "true",
        Protocol: "HTTPS",
        SSLCertificateArns: certificateArn,
        SSLPolicy: web.tlsPolicy,
      },
    }),
    "aws:elasticbeanstalk:environment:process:default": {
      Port: "80",
      Protocol: "HTTP",
      HealthCheckPath: web.healthCheckPath,
      MatcherHTTPCode: web.healthCheckMatcher,
      HealthCheckInterval: formatOptional(web.healthCheckInterval),
      HealthCheckTimeout: formatOptional(web.healthCheckTimeout),
      HealthyThresholdCount: formatOptional(web.healthyThreshold),
      UnhealthyThresholdCount: formatOptional(web.unhealthyThreshold),
      // The default, 20 seconds, would break uploads and exports when an instance ends or gets a new version.
      DeregistrationDelay: formatValue(requestTimeout),
    },
  };
}

function formatOptional(value: number | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : formatValue(value);
}
