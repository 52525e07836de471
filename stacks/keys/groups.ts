import { flag, oneOf, oneOfNumbers, range, text } from "../forms";
import type { Group } from "./key";
import {
  cnamePrefix,
  domainName,
  email,
  instanceClass,
  instanceTypes,
  masterUser,
  region,
  securityGroupIds,
  snapshotIdentifier,
  statusCodes,
  subnetGroupName,
  subnetIds,
  vpcId,
  weeklyTime,
} from "./values";

const sizes = (what: string) => ({
  instanceTypes: {
    description: `EC2 instance types of the ${what}, of one architecture`,
    form: instanceTypes,
  },
  minSize: { description: `Fewest ${what} instances`, form: range(1, 100) },
  maxSize: { description: `Most ${what} instances`, form: range(1, 100) },
  rootVolumeSize: {
    description: "GiB of an instance's root volume",
    form: range(10, 16384),
    default: "20",
  },
  deploymentPolicy: {
    description: "How a new version reaches the instances",
    form: oneOf("AllAtOnce", "Rolling", "RollingWithAdditionalBatch", "Immutable"),
  },
});
/** The retentions that Elastic Beanstalk and CloudWatch both take. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];
const generation = range(1, Infinity);

/** Every top-level key that holds an object. */
export const groups: Record<string, Group> = {
  database: {
    description: "The PostgreSQL database",
    keys: {
      instanceClass: {
        description: "RDS instance class, db.t3.medium or larger",
        form: instanceClass,
      },
      engineVersion: {
        description: "Major version of PostgreSQL",
        form: text('a major version "14" to "18", or an exact one', /^1[4-8](\.\d{1,2})?$/, (given) => [
          /\d+/.exec(given)?.[0] ?? "",
        ]),
        default: "17",
      },
      allowMajorVersionUpgrade: {
        description: "Takes the database to `engineVersion` now, a higher major with downtime",
        form: flag,
        default: "false",
      },
      // The most that leaves room to grow: see the rule "the storage may grow".
      allocatedStorage: { description: "GiB of storage at first", form: range(20, 59578) },
      maxAllocatedStorage: {
        description: "GiB to which the storage grows by itself",
        form: range(20, 65536),
      },
      multiAz: { description: "A standby in a second availability zone", form: flag },
      backupRetentionPeriod: { description: "Days of automated backups", form: range(7, 35) },
      deletionProtection: { description: "AWS refuses to delete the database", form: flag },
      username: {
        description: "The master user; changing it replaces the database",
        form: masterUser,
        default: "beo_datastore",
      },
      storageEncrypted: {
        description: "Encrypts the storage of a new database; false for an adopted one that is not encrypted",
        form: flag,
        default: "true",
      },
      subnetGroupName: {
        description: "An existing subnet group, which an adopted database has to keep",
        form: subnetGroupName,
        default: "one is made",
      },
      additionalSecurityGroupIds: {
        description: "More security groups of the database, as long as an adopted one's clients need them",
        form: securityGroupIds,
        default: "none",
      },
      snapshotIdentifier: {
        description: "A snapshot to start a new database from, at its size",
        form: snapshotIdentifier,
        default: "an empty database",
      },
      monitoringInterval: {
        description: "Seconds between samples of enhanced monitoring, 0 for none",
        form: oneOfNumbers([0, 1, 5, 10, 15, 30, 60], 60),
      },
      performanceInsights: { description: "Performance Insights with 7 days of history", form: flag },
      applyImmediately: { description: "Changes happen at once, not in the weekly window", form: flag },
    },
  },
  web: {
    description: "The web environment",
    keys: {
      ...sizes("web"),
      singleInstance: {
        description: "One instance without a load balancer, and so without HTTPS",
        form: flag,
      },
      healthCheckPath: {
        description: "Path that the load balancer asks for",
        form: text("a path", /^\/[\w\-./~%]*$/),
        default: "/",
      },
      healthCheckMatcher: {
        description: "Status codes that count as healthy",
        form: statusCodes,
        default: "200,400",
      },
      cnamePrefix: {
        description:
          "First part of <prefix>.<region>.elasticbeanstalk.com; changing it replaces the environment",
        form: cnamePrefix,
        default: "the application's name",
      },
    },
  },
  worker: {
    description: "The worker environment",
    keys: {
      ...sizes("worker"),
      messagesPerInstance: {
        description: "Messages that one instance may have before another one is started",
        form: range(9, 100000),
        default: "20",
      },
    },
  },
  network: {
    description: "The network",
    keys: {
      vpcId: {
        description: "The VPC",
        form: vpcId,
        default: "the account's default VPC",
      },
      databaseSubnetIds: {
        description: "Subnets of the database, in two availability zones",
        form: subnetIds,
      },
      instanceSubnetIds: { description: "Subnets of the instances", form: subnetIds },
      loadBalancerSubnetIds: {
        description: "Public subnets of the load balancer, in two availability zones",
        form: subnetIds,
      },
      associatePublicIpAddress: {
        description: "Instances have public addresses; false in private subnets with a NAT gateway",
        form: flag,
        default: "true",
      },
    },
  },
  mail: {
    description: "Sending mail by SES",
    keys: {
      region: {
        description: "SES region; the application has us-west-2 built in",
        form: region,
        default: "us-west-2",
      },
      domain: {
        description: "A domain to verify, with DKIM",
        form: domainName,
        default: "only the address is verified",
      },
      fromAddress: { description: "Address that mail comes from", form: email, default: "`supportEmail`" },
      keyGeneration: { description: "Number of the SMTP key in use", form: generation, default: "1" },
      previousKeyGeneration: {
        description: "Older SMTP key that stays valid while rotating",
        form: generation,
        default: "none",
      },
    },
  },
  platform: {
    description: "The Elastic Beanstalk platform of both environments",
    keys: {
      branch: {
        description:
          "Platform branch on Amazon Linux 2023; running environments change it with `platform.update`",
        form: oneOf("Python 3.13", "Python 3.11", "Python 3.12", "Python 3.14", "Docker"),
        default: "Python 3.13",
      },
      update: {
        description: "Moves to the branch, and to its newest version, now",
        form: flag,
        default: "false",
      },
      wsgiPath: {
        description: "The WSGI application",
        form: text("module:callable", /^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/),
        default: "beo_datastore.wsgi:application",
      },
      updateWindow: {
        description: "Weekly begin of managed updates, UTC",
        form: weeklyTime,
        default: "Tue:09:00",
      },
      plainSecrets: {
        description: "Secrets as plain environment properties and not by reference",
        form: flag,
        default: "false",
      },
      logRetentionDays: { description: "Days that logs are kept", form: oneOfNumbers(retentions, 30) },
    },
  },
  storage: {
    description: "The buckets",
    keys: {
      accountNamespace: {
        description: "Bucket names in the account's own namespace, when the plain ones are taken",
        form: flag,
        default: "false",
      },
    },
  },
  serviceAccount: {
    description: "The service account",
    keys: {
      keyGeneration: { description: "Number of the access key in use", form: generation, default: "1" },
      previousKeyGeneration: {
        description: "Older key that stays valid while rotating",
        form: generation,
        default: "none",
      },
    },
  },
};
