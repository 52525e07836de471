/*
 * Who decides an option of the environments: a setting, or the program, which gives the reason. Options are named
 * "<namespace> <name>", after the environment where only one of the two is meant. A test holds this against the options that
 * the program sets.
 */

/** Options that a setting decides. `*` stands for web or worker. */
const settings: Record<string, string> = {
  "aws:autoscaling:asg MinSize": "*.minSize",
  "aws:autoscaling:asg MaxSize": "*.maxSize",
  "aws:autoscaling:launchconfiguration InstanceType": "*.instanceTypes",
  "aws:autoscaling:launchconfiguration RootVolumeSize": "*.rootVolumeSize",
  "aws:autoscaling:launchconfiguration RootVolumeType": "*.rootVolumeType",
  "aws:autoscaling:launchconfiguration RootVolumeIOPS": "*.rootVolumeIops",
  "aws:autoscaling:launchconfiguration RootVolumeThroughput": "*.rootVolumeThroughput",
  "aws:autoscaling:scheduledaction *": "*.schedule",
  "aws:ec2:instances InstanceTypes": "*.instanceTypes",
  "aws:ec2:instances SupportedArchitectures": "*.instanceTypes",
  "aws:elasticbeanstalk:command DeploymentPolicy": "*.deploymentPolicy",
  "aws:elasticbeanstalk:command BatchSize": "*.deploymentBatchSize",
  "aws:elasticbeanstalk:command BatchSizeType": "*.deploymentBatchSizeType",
  "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateEnabled": "*.deploymentPolicy",
  "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateType": "*.deploymentPolicy",
  "worker aws:autoscaling:asg EnableCapacityRebalancing": "worker.spot",
  "worker aws:ec2:instances EnableSpot": "worker.spot",
  "worker aws:ec2:instances SpotFleetOnDemandBase": "worker.onDemandBase",
  "web aws:autoscaling:trigger MeasureName": "web.scaling",
  "web aws:autoscaling:trigger Statistic": "web.scaling",
  "web aws:autoscaling:trigger Unit": "web.scaling",
  "web aws:autoscaling:trigger LowerThreshold": "web.scalingLow",
  "web aws:autoscaling:trigger UpperThreshold": "web.scalingHigh",
  "worker aws:autoscaling:trigger MeasureName": "worker.messagesPerInstance",
  "worker aws:autoscaling:trigger Statistic": "worker.messagesPerInstance",
  "worker aws:autoscaling:trigger Unit": "worker.messagesPerInstance",
  "worker aws:autoscaling:trigger LowerThreshold": "worker.messagesPerInstance",
  "worker aws:autoscaling:trigger UpperThreshold": "worker.messagesPerInstance",
  "web aws:elasticbeanstalk:environment EnvironmentType": "web.singleInstance",
  "web aws:elasticbeanstalk:application Application Healthcheck URL": "web.healthCheckPath",
  "aws:elasticbeanstalk:environment:process:default HealthCheckPath": "web.healthCheckPath",
  "aws:elasticbeanstalk:environment:process:default MatcherHTTPCode": "web.healthCheckMatcher",
  "aws:elasticbeanstalk:environment:process:default HealthCheckInterval": "web.healthCheckInterval",
  "aws:elasticbeanstalk:environment:process:default HealthCheckTimeout": "web.healthCheckTimeout",
  "aws:elasticbeanstalk:environment:process:default HealthyThresholdCount": "web.healthyThreshold",
  "aws:elasticbeanstalk:environment:process:default UnhealthyThresholdCount": "web.unhealthyThreshold",
  "aws:elbv2:loadbalancer IdleTimeout": "web.idleTimeout",
  "aws:elbv2:loadbalancer IpAddressType": "web.ipAddressType",
  "aws:elbv2:listener:443 SSLPolicy": "web.tlsPolicy",
  "web aws:ec2:vpc ELBScheme": "web.internal",
  "aws:elbv2:loadbalancer AccessLogsS3Enabled": "web.accessLogDays",
  "aws:elbv2:loadbalancer AccessLogsS3Bucket": "web.accessLogDays",
  "aws:elbv2:listener:443 SSLCertificateArns": "certificateArn",
  "aws:ec2:vpc VPCId": "network.vpcId",
  "aws:ec2:vpc Subnets": "network.instanceSubnetIds",
  "aws:ec2:vpc ELBSubnets": "network.loadBalancerSubnetIds",
  "aws:ec2:vpc AssociatePublicIpAddress": "network.associatePublicIpAddress",
  "aws:elasticbeanstalk:cloudwatch:logs RetentionInDays": "platform.logRetentionDays",
  "aws:elasticbeanstalk:cloudwatch:logs:health RetentionInDays": "platform.logRetentionDays",
  "aws:elasticbeanstalk:cloudwatch:logs DeleteOnTerminate": "protect",
  "aws:elasticbeanstalk:cloudwatch:logs:health DeleteOnTerminate": "protect",
  "aws:elasticbeanstalk:managedactions PreferredStartTime": "platform.updateWindow",
  "aws:elasticbeanstalk:managedactions:platformupdate InstanceRefreshEnabled": "platform.instanceReplacement",
  "aws:elasticbeanstalk:container:python WSGIPath": "platform.wsgiPath",
  "aws:elasticbeanstalk:application:environment *": "extraEnvironment",
  "aws:elasticbeanstalk:application:environmentsecrets *": "extraSecrets",
};

const ownRole = "The program's own role has exactly the permissions that are needed.";
const ownGroups =
  "The database and the load balancer allow connections of the program's own security groups only.";
const ownBalancer = "The program configures the load balancer that Elastic Beanstalk creates.";
const port80 = "Every process has port 80 and HTTP, all that the security group of the instances allows.";
const plainListener = "The listener on port 80 does not encrypt connections.";
const listeners =
  "The program enables HTTPS on port 443 with domain or certificateArn, and HTTP on port 80 without them.";

/** Options that the program decides, with the reason. */
const reasons: Record<string, string> = {
  "aws:autoscaling:launchconfiguration IamInstanceProfile": ownRole,
  "aws:autoscaling:launchconfiguration SecurityGroups": ownGroups,
  "aws:autoscaling:launchconfiguration DisableDefaultEC2SecurityGroup":
    "The program sets it to true, since the default security group of Elastic Beanstalk allows SSH.",
  "aws:autoscaling:launchconfiguration DisableIMDSv1":
    "The program sets it to true: the policies require IMDSv2.",
  "aws:autoscaling:launchconfiguration SSHSourceRestriction":
    "It opens SSH in the default security group of Elastic Beanstalk, which the instances do not have.",
  "worker aws:autoscaling:launchconfiguration MonitoringInterval":
    "The program sets it to 1 minute, since scaling counts the workers by a metric of each minute.",
  "aws:ec2:vpc DBSubnets": "The database does not belong to the environment.",
  "worker aws:elasticbeanstalk:environment EnvironmentType":
    "The program sets it to LoadBalanced, since the workers scale by the Celery queue.",
  "aws:elasticbeanstalk:environment ServiceRole": ownRole,
  "aws:elasticbeanstalk:environment LoadBalancerType":
    "The program sets it to application, and the type cannot be changed later.",
  "aws:elasticbeanstalk:environment LoadBalancerIsShared": ownBalancer,
  "aws:elbv2:loadbalancer SharedLoadBalancer": ownBalancer,
  "aws:elbv2:loadbalancer SecurityGroups": ownGroups,
  "aws:elbv2:loadbalancer ManagedSecurityGroup": ownGroups,
  "aws:elbv2:loadbalancer AccessLogsS3Prefix": "The bucket of the access logs allows no prefix.",
  "aws:elbv2:listener:default ListenerEnabled": listeners,
  "aws:elbv2:listener:443 ListenerEnabled": listeners,
  "aws:elbv2:listener:443 Protocol": listeners,
  "aws:elbv2:listener:default Protocol": plainListener,
  "aws:elbv2:listener:default SSLCertificateArns": plainListener,
  "aws:elbv2:listener:default SSLPolicy": plainListener,
  "aws:elasticbeanstalk:environment:process:* Port": port80,
  "aws:elasticbeanstalk:environment:process:* Protocol": port80,
  "worker aws:elasticbeanstalk:application Application Healthcheck URL":
    "Only load balancers check the health by requests.",
  "aws:elasticbeanstalk:healthreporting:system SystemType":
    "The program sets it to enhanced, which the policies require.",
  "aws:elasticbeanstalk:cloudwatch:logs StreamLogs":
    "The program sets it to true: the policies require logs in CloudWatch.",
  "aws:elasticbeanstalk:cloudwatch:logs:health HealthStreamingEnabled":
    "The program sets it to true: without it the history of the environment's health is lost.",
  "aws:elasticbeanstalk:managedactions ManagedActionsEnabled":
    "The program sets it to true: the policies require managed platform updates.",
  "aws:elasticbeanstalk:managedactions ServiceRoleForManagedUpdates": ownRole,
  "aws:elasticbeanstalk:monitoring Automatically Terminate Unhealthy Instances":
    "Only legacy environments support it.",
  "aws:elasticbeanstalk:sqsd WorkerQueueURL":
    "The daemon would take the messages of that queue, so that Celery does not get them.",
  "aws:elasticbeanstalk:trafficsplitting *": "No deploymentPolicy of the program splits traffic.",
  "aws:rds:dbinstance *":
    "A database of the environment would be deleted with it. The settings of database configure the program's.",
};

/** Who decides an option. */
export type Owner = { setting: string } | { reason: string };

/** Returns who decides an option; undefined where options may set it. */
export function findOwner(
  group: "web" | "worker",
  namespaces: readonly string[],
  name: string,
): Owner | undefined {
  const keys = namespaces.flatMap((namespace) =>
    [`${namespace} ${name}`, `${namespace} *`].flatMap((key) => [`${group} ${key}`, key]),
  );
  const find = (table: Record<string, string>) =>
    keys.map((key) => table[key]).find((found) => found !== undefined);
  const [setting, reason] = [find(settings), find(reasons)];
  if (setting !== undefined) {
    return { setting: setting.replace("*", group) };
  }
  return reason === undefined ? undefined : { reason };
}
