/**
 * The inputs whose change replaces a resource, by type. Source: the planner of terraform-provider-aws 5.100.0, asked about
 * each input of each type; its documentation marks the same inputs with "Forces new resource"
 * (https://github.com/hashicorp/terraform-provider-aws/tree/v5.100.0/website/docs/r). `region` replaces every AWS resource
 * that has it.
 */
const replacingInputs: Record<string, string> = {
  "aws:acm/certificate:Certificate":
    "certificateAuthorityArn domainName keyAlgorithm subjectAlternativeNames validationMethod",
  "aws:acm/certificateValidation:CertificateValidation": "certificateArn validationRecordFqdns",
  "aws:autoscaling/lifecycleHook:LifecycleHook": "autoscalingGroupName name",
  "aws:autoscaling/policy:Policy": "autoscalingGroupName name",
  "aws:backup/plan:Plan": "name",
  "aws:backup/selection:Selection": "conditions iamRoleArn name notResources planId resources selectionTags",
  "aws:backup/vault:Vault": "kmsKeyArn name",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration":
    "backupVaultName changeableForDays maxRetentionDays minRetentionDays",
  "aws:budgets/budget:Budget": "accountId name namePrefix",
  // Of the provider's documentation; 5.100.0 does not have it.
  "aws:cloudwatch/alarmMuteRule:AlarmMuteRule": "name",
  "aws:cloudfront/distribution:Distribution": "staging",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:cloudwatch/eventRule:EventRule": "eventBusName name namePrefix",
  "aws:cloudwatch/eventTarget:EventTarget": "eventBusName rule targetId",
  "aws:cloudwatch/logGroup:LogGroup": "logGroupClass name namePrefix",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:cloudwatch/queryDefinition:QueryDefinition": "",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "vpcId",
  "aws:ec2/eip:Eip": "address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool",
  "aws:ec2/flowLog:FlowLog":
    "deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval subnetId trafficType transitGatewayAttachmentId transitGatewayId vpcId",
  "aws:ec2/internetGateway:InternetGateway": "",
  "aws:ec2/natGateway:NatGateway": "allocationId connectivityType privateIp subnetId",
  "aws:ec2/route:Route": "destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId routeTableId",
  "aws:ec2/routeTable:RouteTable": "vpcId",
  "aws:ec2/routeTableAssociation:RouteTableAssociation": "gatewayId subnetId",
  "aws:ec2/securityGroup:SecurityGroup": "description name namePrefix vpcId",
  "aws:ec2/subnet:Subnet":
    "availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv6IpamPoolId ipv6Native ipv6NetmaskLength outpostArn vpcId",
  "aws:ec2/vpc:Vpc": "cidrBlock ipv4IpamPoolId ipv4NetmaskLength",
  "aws:ec2/vpcEndpoint:VpcEndpoint":
    "resourceConfigurationArn serviceName serviceNetworkArn serviceRegion vpcEndpointType vpcId",
  "aws:elasticbeanstalk/application:Application": "name",
  "aws:elasticbeanstalk/applicationVersion:ApplicationVersion": "application bucket key name",
  "aws:elasticbeanstalk/environment:Environment": "cnamePrefix name tier",
  "aws:iam/accessKey:AccessKey": "pgpKey user",
  "aws:iam/instanceProfile:InstanceProfile": "name namePrefix path",
  "aws:iam/role:Role": "name namePrefix path",
  "aws:iam/rolePolicy:RolePolicy": "name namePrefix role",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn role",
  "aws:iam/user:User": "",
  "aws:iam/userPolicy:UserPolicy": "name namePrefix user",
  "aws:kms/alias:Alias": "name namePrefix",
  "aws:kms/key:Key": "customerMasterKeySpec customKeyStoreId keyUsage multiRegion xksKeyId",
  "aws:lb/listener:Listener": "loadBalancerArn",
  "aws:rds/eventSubscription:EventSubscription": "name namePrefix",
  "aws:rds/instance:Instance":
    "availabilityZone backupTarget characterSetName customIamInstanceProfile dbName engine kmsKeyId ncharCharacterSetName snapshotIdentifier storageEncrypted timezone username",
  "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication":
    "kmsKeyId preSignedUrl retentionPeriod sourceDbInstanceArn",
  "aws:rds/parameterGroup:ParameterGroup": "description family name namePrefix",
  "aws:rds/subnetGroup:SubnetGroup": "name namePrefix",
  "aws:route53/healthCheck:HealthCheck":
    "cloudwatchAlarmRegion ipAddress measureLatency port referenceName requestInterval routingControlArn type",
  "aws:route53/record:Record": "name zoneId",
  "aws:s3/bucket:Bucket": "bucket bucketPrefix objectLockEnabled",
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": "bucket expectedBucketOwner",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket expectedBucketOwner",
  "aws:s3/bucketObjectv2:BucketObjectv2": "bucket key",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "bucket",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "bucket expectedBucketOwner",
  "aws:s3/bucketVersioning:BucketVersioning": "bucket expectedBucketOwner",
  "aws:scheduler/schedule:Schedule": "groupName name namePrefix",
  "aws:sesv2/configurationSet:ConfigurationSet": "configurationSetName",
  "aws:sesv2/emailIdentity:EmailIdentity": "emailIdentity",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": "emailIdentity",
  "aws:sns/topic:Topic": "fifoTopic name namePrefix",
  "aws:sns/topicSubscription:TopicSubscription": "endpoint protocol topic",
  "aws:sqs/queue:Queue": "fifoQueue name namePrefix",
  "aws:sqs/queuePolicy:QueuePolicy": "queueUrl",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "queueUrl",
  // Documents of schema versions below 2.0, such as ours, are replaced by new content.
  "aws:ssm/document:Document": "content documentType name",
  "aws:ssm/parameter:Parameter": "dataType name",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "securityGroupId",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId",
};

/** Whether a change of the input replaces the resource; undefined for a type that the table does not have. */
export function isReplacing(type: string, input: string): boolean | undefined {
  // Every input of the random provider replaces: https://www.pulumi.com/registry/packages/random/
  if (type.startsWith("random:")) {
    return true;
  }
  const inputs = replacingInputs[type];
  return inputs === undefined ? undefined : ["region", ...inputs.split(" ")].includes(input);
}
