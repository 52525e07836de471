import type {
  DBInstance,
  ModifyDBInstanceCommandInput,
  RestoreDBInstanceFromDBSnapshotCommandInput,
  RestoreDBInstanceToPointInTimeCommandInput,
} from "@aws-sdk/client-rds";
import { provisionedFrom } from "../../components/database/rules";
import { isOfOther, type Point } from "./points";
import { getRestoredName } from "./position";
import { getOwnTags, tagNames } from "./tags";

/** A request that restores an instance. */
export type RestoreRequest =
  | { toPointInTime: RestoreDBInstanceToPointInTimeCommandInput }
  | { fromSnapshot: RestoreDBInstanceFromDBSnapshotCommandInput };

/** Returns the request that restores a point next to an instance, with the settings of that instance. */
export function getRestoreRequest(point: Point, instance: DBInstance): RestoreRequest {
  const { DBInstanceIdentifier: name = "", MaxAllocatedStorage } = instance;
  const settings = {
    ...getSettings(instance),
    // Never less than the source has. It may have grown since that moment.
    AllocatedStorage: Math.max(point.size, instance.AllocatedStorage ?? 0),
    Tags: [
      ...getOwnTags(instance),
      { Key: tagNames.restoredFrom, Value: point.label },
      ...(isOfOther(point, name) ? [{ Key: tagNames.dataOf, Value: point.source }] : []),
    ],
  };
  if (point.snapshot !== undefined) {
    return {
      fromSnapshot: {
        DBInstanceIdentifier: getRestoredName(name),
        DBSnapshotIdentifier: point.snapshot,
        ...settings,
      },
    };
  }
  return {
    toPointInTime: {
      TargetDBInstanceIdentifier: getRestoredName(name),
      ...(point.backup === undefined
        ? { SourceDBInstanceIdentifier: name }
        : { SourceDBInstanceAutomatedBackupsArn: point.backup }),
      ...(point.time === undefined ? { UseLatestRestorableTime: true } : { RestoreTime: point.time }),
      ...settings,
      MaxAllocatedStorage,
    },
  };
}

/** What both requests take. Whatever is left out has a default of AWS, not the value of the instance. */
function getSettings(instance: DBInstance) {
  const [parameterGroup] = instance.DBParameterGroups ?? [];
  const [optionGroup] = instance.OptionGroupMemberships ?? [];
  const { ProcessorFeatures: features = [], DedicatedLogVolume: hasLogVolume } = instance;
  return {
    AutoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade,
    BackupRetentionPeriod: instance.BackupRetentionPeriod,
    CACertificateIdentifier: instance.CACertificateIdentifier,
    CopyTagsToSnapshot: instance.CopyTagsToSnapshot,
    DBInstanceClass: instance.DBInstanceClass,
    DBParameterGroupName: parameterGroup?.DBParameterGroupName,
    DBSubnetGroupName: instance.DBSubnetGroup?.DBSubnetGroupName,
    // Whatever happens until it is in the state. The update sets it as the program has it.
    DeletionProtection: true,
    EnableCloudwatchLogsExports: instance.EnabledCloudwatchLogsExports,
    EnableIAMDatabaseAuthentication: instance.IAMDatabaseAuthenticationEnabled,
    EngineLifecycleSupport: instance.EngineLifecycleSupport,
    MultiAZ: instance.MultiAZ,
    NetworkType: instance.NetworkType,
    Port: instance.Endpoint?.Port,
    PreferredBackupWindow: instance.PreferredBackupWindow,
    PubliclyAccessible: false,
    StorageType: instance.StorageType,
    VpcSecurityGroupIds: (instance.VpcSecurityGroups ?? []).flatMap(
      ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
    ),
    ...(hasLogVolume && { DedicatedLogVolume: true }),
    ...(features.length > 0 && { ProcessorFeatures: features }),
    // AWS's own default depends on the version.
    ...(optionGroup?.OptionGroupName?.startsWith("default:") === false && {
      OptionGroupName: optionGroup.OptionGroupName,
    }),
    ...getProvisioned(instance),
  };
}

/** RDS reports the IOPS and the throughput of all gp3 storage, and refuses them where they are not provisioned. */
function getProvisioned({ StorageType = "", AllocatedStorage = 0, Iops, StorageThroughput }: DBInstance) {
  const isProvisioned = AllocatedStorage >= provisionedFrom(StorageType);
  return isProvisioned ? { ...(Iops && { Iops }), ...(StorageThroughput && { StorageThroughput }) } : {};
}

/**
 * Returns the request that gives a restored instance what the restore did not: settings that it does not take, and the
 * current password. Enhanced Monitoring is left to the update: its role trusts the instance by the stack's name only.
 */
export function getConfigureRequest(
  instance: DBInstance,
  restored: DBInstance,
  password: string | undefined,
): ModifyDBInstanceCommandInput {
  const { MaxAllocatedStorage } = instance;
  return {
    DBInstanceIdentifier: restored.DBInstanceIdentifier,
    ApplyImmediately: true,
    PreferredMaintenanceWindow: instance.PreferredMaintenanceWindow,
    ...(MaxAllocatedStorage !== restored.MaxAllocatedStorage && { MaxAllocatedStorage }),
    ...(instance.PerformanceInsightsEnabled && {
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: instance.PerformanceInsightsKMSKeyId,
      PerformanceInsightsRetentionPeriod: instance.PerformanceInsightsRetentionPeriod,
      DatabaseInsightsMode: instance.DatabaseInsightsMode,
    }),
    ...(password !== undefined && { MasterUserPassword: password }),
  };
}
