/** Resource types by what they are, with every name that the provider has given them. */
export const types = {
  database: ["aws:rds/instance:Instance"],
  databaseOrCluster: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  databaseOrMember: ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"],
  databaseProxy: ["aws:rds/proxy:Proxy"],
  databaseSnapshot: [
    "aws:rds/snapshot:Snapshot",
    "aws:rds/clusterSnapshot:ClusterSnapshot",
    "aws:rds/snapshotCopy:SnapshotCopy",
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
  ],
  parameterGroup: [
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  ],
  subnetGroup: ["aws:rds/subnetGroup:SubnetGroup"],
  environment: [
    "aws:elasticbeanstalk/environment:Environment",
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
  ],
  lifecycleHook: ["aws:autoscaling/lifecycleHook:LifecycleHook"],
  distribution: ["aws:cloudfront/distribution:Distribution"],
  webAcl: ["aws:wafv2/webAcl:WebAcl"],
  webAclRuleGroup: ["aws:wafv2/ruleGroup:RuleGroup"],
  webAclRule: [
    "aws:wafv2/webAclRule:WebAclRule",
    "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation",
  ],
  ipSet: ["aws:wafv2/ipSet:IpSet"],
  listener: [
    "aws:lb/listener:Listener",
    "aws:alb/listener:Listener",
    "aws:elasticloadbalancingv2/listener:Listener",
    "aws:applicationloadbalancing/listener:Listener",
  ],
  listenerRule: [
    "aws:lb/listenerRule:ListenerRule",
    "aws:alb/listenerRule:ListenerRule",
    "aws:elasticloadbalancingv2/listenerRule:ListenerRule",
    "aws:applicationloadbalancing/listenerRule:ListenerRule",
  ],
  loadBalancer: [
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
    "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
  ],
  classicLoadBalancer: [
    "aws:elb/loadBalancer:LoadBalancer",
    "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
  ],
  bucket: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
  bucketAcl: ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"],
  bucketObject: [
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
  ],
  bucketPolicy: ["aws:s3/bucketPolicy:BucketPolicy"],
  bucketLogging: ["aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2"],
  bucketEncryption: [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  bucketLifecycle: [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  ],
  bucketVersioning: [
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
  ],
  bucketOwnership: ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
  publicAccessBlock: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  otherPublicAccessBlock: [
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "aws:s3/accessPoint:AccessPoint",
  ],
  queue: ["aws:sqs/queue:Queue"],
  queuePolicy: ["aws:sqs/queuePolicy:QueuePolicy"],
  redriveAllow: ["aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"],
  role: ["aws:iam/role:Role"],
  userPolicy: ["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"],
  policyAttachment: [
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
    "aws:iam/role:Role",
  ],
  accessKey: ["aws:iam/accessKey:AccessKey"],
  ingress: [
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  ],
  defaultSecurityGroup: ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
  prefixList: ["aws:ec2/managedPrefixList:ManagedPrefixList"],
  prefixListEntry: ["aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"],
  networkAcl: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"],
  instance: ["aws:ec2/instance:Instance"],
  launchTemplate: ["aws:ec2/launchTemplate:LaunchTemplate"],
  launchConfiguration: ["aws:ec2/launchConfiguration:LaunchConfiguration"],
  volume: ["aws:ebs/volume:Volume"],
  encryptionByDefault: ["aws:ebs/encryptionByDefault:EncryptionByDefault"],
  publicSharing: [
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
    "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
    "aws:ssm/serviceSetting:ServiceSetting",
  ],
  imagePermission: ["aws:ec2/amiLaunchPermission:AmiLaunchPermission"],
  vpc: ["aws:ec2/vpc:Vpc"],
  flowLog: ["aws:ec2/flowLog:FlowLog"],
  subnet: ["aws:ec2/subnet:Subnet"],
  routeTableAssociation: ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
  mainRouteTableAssociation: ["aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"],
  routeTable: ["aws:ec2/routeTable:RouteTable"],
  defaultRouteTable: ["aws:ec2/defaultRouteTable:DefaultRouteTable"],
  route: ["aws:ec2/route:Route"],
  internetGateway: ["aws:ec2/internetGateway:InternetGateway"],
  configurationSet: [
    "aws:sesv2/configurationSet:ConfigurationSet",
    "aws:ses/configurationSet:ConfigurationSet",
  ],
  emailIdentity: ["aws:sesv2/emailIdentity:EmailIdentity"],
  parameter: ["aws:ssm/parameter:Parameter"],
  document: ["aws:ssm/document:Document"],
  alarm: ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"],
  eventSubscription: ["aws:rds/eventSubscription:EventSubscription"],
  logGroup: ["aws:cloudwatch/logGroup:LogGroup"],
  subscription: ["aws:sns/topicSubscription:TopicSubscription"],
  key: ["aws:kms/key:Key"],
  tagged: [
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:sqs/queue:Queue",
    "aws:iam/user:User",
    "aws:iam/role:Role",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:elasticbeanstalk/application:Application",
    "aws:elasticbeanstalk/environment:Environment",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:sns/topic:Topic",
    "aws:cloudfront/distribution:Distribution",
  ],
} as const satisfies Record<string, readonly string[]>;

/** The policy documents of identities: what a user, a group or a role may do. */
export const identityPolicies = {
  "aws:iam/policy:Policy": ["policy"],
  "aws:iam/rolePolicy:RolePolicy": ["policy"],
  "aws:iam/userPolicy:UserPolicy": ["policy"],
  "aws:iam/groupPolicy:GroupPolicy": ["policy"],
  "aws:iam/role:Role": ["inlinePolicies[].policy"],
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": ["inlinePolicy"],
} as const satisfies Record<string, readonly string[]>;

export const bucketPolicies = {
  "aws:s3/bucketPolicy:BucketPolicy": ["policy"],
  "aws:s3/bucket:Bucket": ["policy"],
  "aws:s3/bucketV2:BucketV2": ["policy"],
} as const satisfies Record<string, readonly string[]>;

export const accessPointPolicies = {
  "aws:s3/accessPoint:AccessPoint": ["policy"],
  "aws:s3control/accessPointPolicy:AccessPointPolicy": ["policy"],
} as const satisfies Record<string, readonly string[]>;

export const queuePolicies = {
  "aws:sqs/queuePolicy:QueuePolicy": ["policy"],
  "aws:sqs/queue:Queue": ["policy"],
} as const satisfies Record<string, readonly string[]>;

export const topicPolicies = {
  "aws:sns/topicPolicy:TopicPolicy": ["policy"],
  "aws:sns/topic:Topic": ["policy"],
} as const satisfies Record<string, readonly string[]>;

/** The policy documents of resources whose services have no rule of their own. */
export const otherResourcePolicies = {
  ...topicPolicies,
  "aws:kms/key:Key": ["policy"],
  "aws:kms/keyPolicy:KeyPolicy": ["policy"],
  "aws:kms/replicaKey:ReplicaKey": ["policy"],
  "aws:kms/externalKey:ExternalKey": ["policy"],
  "aws:kms/replicaExternalKey:ReplicaExternalKey": ["policy"],
  "aws:secretsmanager/secret:Secret": ["policy"],
  "aws:secretsmanager/secretPolicy:SecretPolicy": ["policy"],
  "aws:ses/identityPolicy:IdentityPolicy": ["policy"],
  "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy": ["policy"],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ["policy"],
  "aws:backup/vaultPolicy:VaultPolicy": ["policy"],
  "aws:efs/fileSystemPolicy:FileSystemPolicy": ["policy"],
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ["policy"],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": ["policyDocument"],
  "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": ["accessPolicy"],
  "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": ["deliveryDestinationPolicy"],
} as const satisfies Record<string, readonly string[]>;
