import { application } from "./application";
import { backups } from "./backups";
import { elasticBeanstalk, elasticBeanstalkFiles } from "./beanstalk";
import { boundary } from "./boundary";
import { data } from "./data";
import { distribution } from "./distribution";
import { environments } from "./environments";
import { identities } from "./identities";
import { maintenance } from "./maintenance";
import { network } from "./network";
import { operations } from "./operations";
import type { Permission } from "./permission";
import { readAccount, readStack } from "./read";
import { restoreDrill } from "./restore-drill";

/** The policies of a stack, each a document, and an IAM managed policy `<application name>-<policy>`. */
export const policies = {
  "read-account": readAccount,
  "read-stack": readStack,
  data,
  operations,
  identities: [...identities, ...backups],
  environments: [...environments, ...distribution],
  network,
  maintenance,
  beanstalk: elasticBeanstalk,
  "beanstalk-files": elasticBeanstalkFiles,
  application,
  "restore-drill": restoreDrill,
  boundary,
} satisfies Record<string, Permission[]>;

/** The name of a policy. */
export type PolicyName = keyof typeof policies;

/** The policies of each role of a stack. */
export const roles = {
  /** Previews, finds drift and reports the status of one stack. */
  read: ["read-account", "read-stack"],
  /** Creates, updates, rotates and destroys one stack. */
  deploy: [
    "read-account",
    "read-stack",
    "data",
    "operations",
    "identities",
    "environments",
    "network",
    "maintenance",
    "beanstalk",
    "beanstalk-files",
  ],
  /** Deploys versions of the application to the environments of one stack. */
  application: ["application", "beanstalk", "beanstalk-files"],
  /** Restores backups of one stack. `deploy` has as many policies as IAM allows. */
  restore: ["read-account", "read-stack", "restore-drill"],
} satisfies Record<string, PolicyName[]>;

/** A role of a stack. */
export type RoleName = keyof typeof roles;
