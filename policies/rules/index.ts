import type { Rule } from "../rule";
import { rule as appBrokerHasNoCredentials } from "./app-broker-has-no-credentials";
import { rule as appCookiesAreSecure } from "./app-cookies-are-secure";
import { rule as appDebugIsOff } from "./app-debug-is-off";
import { rule as appEnvIsTheStack } from "./app-env-is-the-stack";
import { rule as appHostsAreNamed } from "./app-hosts-are-named";
import { rule as appPropertiesFit } from "./app-properties-fit";
import { rule as appSecretsAreReferences } from "./app-secrets-are-references";
import { rule as appUploadsHaveNoAcl } from "./app-uploads-have-no-acl";
import { rule as appWorkerFitsTier } from "./app-worker-fits-tier";
import { rule as ebBalancerIsApplication } from "./eb-balancer-is-application";
import { rule as ebDaemonKeepsOffCelery } from "./eb-daemon-keeps-off-celery";
import { rule as ebHasNoNameTag } from "./eb-has-no-name-tag";
import { rule as ebHealthIsEnhanced } from "./eb-health-is-enhanced";
import { rule as ebInstancesDemandImdsv2 } from "./eb-instances-demand-imdsv2";
import { rule as ebInstancesHaveOwnGroups } from "./eb-instances-have-own-groups";
import { rule as ebLogsAreStreamed } from "./eb-logs-are-streamed";
import { rule as ebTlsIsCurrent } from "./eb-tls-is-current";
import { rule as ebUpdatesAreManaged } from "./eb-updates-are-managed";
import { rule as ebWebHasHttps } from "./eb-web-has-https";
import { rule as ebWebHasNoPlainHttp } from "./eb-web-has-no-plain-http";
import { rule as iamAllowsNotEverything } from "./iam-allows-not-everything";
import { rule as iamHasNoAccessKeys } from "./iam-has-no-access-keys";
import { rule as iamNamesActions } from "./iam-names-actions";
import { rule as iamQueuesAreNamed } from "./iam-queues-are-named";
import { rule as iamRoleIsNoWorkerTier } from "./iam-role-is-no-worker-tier";
import { rule as iamUsersHaveNoPolicies } from "./iam-users-have-no-policies";
import { rule as lbPlainHttpRedirects } from "./lb-plain-http-redirects";
import { rule as logsAreKeptForATime } from "./logs-are-kept-for-a-time";
import { rule as rdsAdminNameIsOwn } from "./rds-admin-name-is-own";
import { rule as rdsBackupsAreKept } from "./rds-backups-are-kept";
import { rule as rdsBuysNoExtendedSupport } from "./rds-buys-no-extended-support";
import { rule as rdsCopiesTagsToSnapshots } from "./rds-copies-tags-to-snapshots";
import { rule as rdsDeletionIsRefused } from "./rds-deletion-is-refused";
import { rule as rdsDemandsTls } from "./rds-demands-tls";
import { rule as rdsExportsLogs } from "./rds-exports-logs";
import { rule as rdsHasStandby } from "./rds-has-standby";
import { rule as rdsInstanceHasSubnetGroup } from "./rds-instance-has-subnet-group";
import { rule as rdsInstanceIsPrivate } from "./rds-instance-is-private";
import { rule as rdsIsMonitored } from "./rds-is-monitored";
import { rule as rdsIsProtected } from "./rds-is-protected";
import { rule as rdsStorageIsEncrypted } from "./rds-storage-is-encrypted";
import { rule as rdsSubnetsAreOfTheStack } from "./rds-subnets-are-of-the-stack";
import { rule as rdsSubnetsHaveNoInternetGateway } from "./rds-subnets-have-no-internet-gateway";
import { rule as rdsTakesFinalSnapshot } from "./rds-takes-final-snapshot";
import { rule as rdsTakesIamAuthentication } from "./rds-takes-iam-authentication";
import { rule as rdsUpgradesMinorVersions } from "./rds-upgrades-minor-versions";
import { rule as resourcesAreTagged } from "./resources-are-tagged";
import { rule as s3AclIsNotPublic } from "./s3-acl-is-not-public";
import { rule as s3AclsAreOff } from "./s3-acls-are-off";
import { rule as s3BucketHasLifecycle } from "./s3-bucket-has-lifecycle";
import { rule as s3BucketHasOwnershipControls } from "./s3-bucket-has-ownership-controls";
import { rule as s3BucketHasPolicy } from "./s3-bucket-has-policy";
import { rule as s3BucketHasPublicAccessBlock } from "./s3-bucket-has-public-access-block";
import { rule as s3BucketIsEncrypted } from "./s3-bucket-is-encrypted";
import { rule as s3BucketLogsAccess } from "./s3-bucket-logs-access";
import { rule as s3DataIsVersioned } from "./s3-data-is-versioned";
import { rule as s3EncryptionIsKnown } from "./s3-encryption-is-known";
import { rule as s3KeepsItsObjects } from "./s3-keeps-its-objects";
import { rule as s3PolicyDemandsTls } from "./s3-policy-demands-tls";
import { rule as s3PolicyGrantsNothingToAll } from "./s3-policy-grants-nothing-to-all";
import { rule as s3PublicAccessIsBlocked } from "./s3-public-access-is-blocked";
import { rule as s3VersioningIsOn } from "./s3-versioning-is-on";
import { rule as sesDemandsTls } from "./ses-demands-tls";
import { rule as sesDomainIsSigned } from "./ses-domain-is-signed";
import { rule as sesIdentityHasConfiguration } from "./ses-identity-has-configuration";
import { rule as sgDatabaseTakesGroups } from "./sg-database-takes-groups";
import { rule as sgOpensNoHighRiskPort } from "./sg-opens-no-high-risk-port";
import { rule as sgOpensWebPortsOnly } from "./sg-opens-web-ports-only";
import { rule as sqsHasDeadLetters } from "./sqs-has-dead-letters";
import { rule as sqsIsEncrypted } from "./sqs-is-encrypted";
import { rule as sqsPolicyDemandsTls } from "./sqs-policy-demands-tls";
import { rule as sqsPolicyGrantsNothingToAll } from "./sqs-policy-grants-nothing-to-all";
import { rule as sqsQueueHasPolicy } from "./sqs-queue-has-policy";
import { rule as sqsTimeoutFitsTasks } from "./sqs-timeout-fits-tasks";
import { rule as ssmParametersAreEncrypted } from "./ssm-parameters-are-encrypted";

/** All rules, by service. */
export const rules: Rule[] = [
  rdsInstanceIsPrivate,
  rdsInstanceHasSubnetGroup,
  rdsStorageIsEncrypted,
  rdsBackupsAreKept,
  rdsUpgradesMinorVersions,
  rdsExportsLogs,
  rdsDemandsTls,
  rdsAdminNameIsOwn,
  rdsCopiesTagsToSnapshots,
  rdsHasStandby,
  rdsDeletionIsRefused,
  rdsTakesFinalSnapshot,
  rdsIsProtected,
  rdsIsMonitored,
  rdsTakesIamAuthentication,
  rdsBuysNoExtendedSupport,
  rdsSubnetsHaveNoInternetGateway,
  rdsSubnetsAreOfTheStack,
  appCookiesAreSecure,
  appDebugIsOff,
  appEnvIsTheStack,
  appWorkerFitsTier,
  appHostsAreNamed,
  appUploadsHaveNoAcl,
  appBrokerHasNoCredentials,
  appSecretsAreReferences,
  appPropertiesFit,
  ebHealthIsEnhanced,
  ebUpdatesAreManaged,
  ebLogsAreStreamed,
  ebInstancesDemandImdsv2,
  ebInstancesHaveOwnGroups,
  ebBalancerIsApplication,
  ebWebHasHttps,
  ebTlsIsCurrent,
  ebWebHasNoPlainHttp,
  lbPlainHttpRedirects,
  ebDaemonKeepsOffCelery,
  ebHasNoNameTag,
  s3PublicAccessIsBlocked,
  s3BucketHasPublicAccessBlock,
  s3PolicyGrantsNothingToAll,
  s3AclIsNotPublic,
  s3PolicyDemandsTls,
  s3BucketHasPolicy,
  s3AclsAreOff,
  s3BucketHasOwnershipControls,
  s3EncryptionIsKnown,
  s3BucketIsEncrypted,
  s3VersioningIsOn,
  s3DataIsVersioned,
  s3BucketHasLifecycle,
  s3BucketLogsAccess,
  s3KeepsItsObjects,
  sqsIsEncrypted,
  sqsPolicyGrantsNothingToAll,
  sqsPolicyDemandsTls,
  sqsQueueHasPolicy,
  sqsHasDeadLetters,
  sqsTimeoutFitsTasks,
  iamAllowsNotEverything,
  iamNamesActions,
  iamQueuesAreNamed,
  iamRoleIsNoWorkerTier,
  iamUsersHaveNoPolicies,
  iamHasNoAccessKeys,
  sgOpensWebPortsOnly,
  sgOpensNoHighRiskPort,
  sgDatabaseTakesGroups,
  sesDemandsTls,
  sesDomainIsSigned,
  sesIdentityHasConfiguration,
  ssmParametersAreEncrypted,
  logsAreKeptForATime,
  resourcesAreTagged,
];
