/**
 * A value of each option that the developer guide documents, and one that it does not allow; undefined where it allows any
 * text. Only what `web.options` and `worker.options` may set.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
 */
type Values = Record<string, Record<string, [allowed: string, wrong: string | undefined]>>;

/** Options of every environment. */
export const common: Values = {
  "aws:autoscaling:asg": {
    "Availability Zones": ["Any 2", "Any 4"],
    Cooldown: ["720", "10001"],
    "Custom Availability Zones": ["us-west-1a,us-west-1c", "us-west-1"],
  },
  "aws:autoscaling:launchconfiguration": {
    EC2KeyName: ["operators 2026", undefined],
    ImageId: ["ami-0b63791dd3c94cfa0", "ubuntu"],
    LaunchTemplateTagPropagationEnabled: ["true", "yes"],
    BlockDeviceMappings: ["/dev/sdj=:100:true:gp3,/dev/sdh=snap-51eef269,/dev/sdb=ephemeral0", "sdj=100"],
  },
  "aws:ec2:instances": {
    SpotAllocationStrategy: ["price-capacity-optimized", "cheapest"],
    SpotFleetOnDemandAboveBasePercentage: ["33", "101"],
    SpotMaxPrice: ["0.05", "21"],
  },
  "aws:elasticbeanstalk:command": {
    Timeout: ["3000", "3601"],
    IgnoreHealthCheck: ["true", "maybe"],
  },
  "aws:elasticbeanstalk:container:python": { NumProcesses: ["3", "0"], NumThreads: ["20", "many"] },
  "aws:elasticbeanstalk:environment:proxy": { ProxyServer: ["nginx", "apache"] },
  "aws:elasticbeanstalk:environment:proxy:staticfiles": { "/images": ["staticimages", "my images"] },
  "aws:elasticbeanstalk:healthreporting:system": {
    ConfigDocument: ['{"Version":1,"CloudWatchMetrics":{"Environment":{"InstancesSevere":60}}}', "Version 1"],
    EnhancedHealthAuthEnabled: ["true", "on"],
    HealthCheckSuccessThreshold: ["Warning", "Info"],
  },
  "aws:elasticbeanstalk:hostmanager": { LogPublicationControl: ["true", "True!"] },
  "aws:elasticbeanstalk:managedactions:platformupdate": { UpdateLevel: ["patch", "major"] },
  "aws:elasticbeanstalk:sns:topics": {
    "Notification Endpoint": ["ops@beotest.net", "operators"],
    "Notification Protocol": ["email-json", "sms"],
    "Notification Topic ARN": ["arn:aws:sns:us-west-1:123456789012:events", "events"],
    "Notification Topic Name": ["events", "my events"],
  },
  "aws:elasticbeanstalk:xray": { XRayEnabled: ["true", "1"] },
};

/** Options of environments whose number of instances changes. */
export const scaling: Values = {
  "aws:autoscaling:trigger": {
    BreachDuration: ["10", "601"],
    LowerBreachScaleIncrement: ["-2", "2"],
    Period: ["5", "0"],
    EvaluationPeriods: ["2", "601"],
    UpperBreachScaleIncrement: ["2", "-2"],
  },
  "aws:autoscaling:updatepolicy:rollingupdate": {
    MaxBatchSize: ["1", "0"],
    MinInstancesInService: ["1", "10000"],
    PauseTime: ["PT5M", "5M"],
    Timeout: ["PT45M", "PT2H"],
  },
};

/** Options of a web environment alone. */
export const web: Values = {
  "aws:autoscaling:asg": { EnableCapacityRebalancing: ["true", "yes"] },
  "aws:autoscaling:launchconfiguration": { MonitoringInterval: ["1 minute", "1 minutes"] },
  "aws:ec2:instances": { EnableSpot: ["true", "yes"], SpotFleetOnDemandBase: ["1", "10001"] },
};

/** Options of a web environment with a load balancer, which has a certificate. */
export const balanced: Values = {
  "aws:elasticbeanstalk:environment:process:default": {
    DeregistrationDelay: ["600", "3601"],
    StickinessEnabled: ["true", "sticky"],
    StickinessLBCookieDuration: ["3600", "604801"],
    StickinessType: ["lb_cookie", "cookie"],
  },
  "aws:elasticbeanstalk:environment:process:admin": {
    DeregistrationDelay: ["0", "3601"],
    HealthCheckInterval: ["300", "301"],
    HealthCheckPath: ["/admin/health", "admin"],
    HealthCheckTimeout: ["60", "0"],
    HealthyThresholdCount: ["10", "11"],
    MatcherHTTPCode: ["200-399,404", "700"],
    StickinessEnabled: ["false", "0"],
    StickinessLBCookieDuration: ["1", "0"],
    StickinessType: ["lb_cookie", "app"],
    UnhealthyThresholdCount: ["2", "1"],
  },
  "aws:elbv2:listener:443": {
    DefaultProcess: ["admin", "the admin"],
    Rules: ["admin", "the admin"],
  },
  "aws:elbv2:listenerrule:admin": {
    HostHeaders: ["admin.beotest.net,*.admin.beotest.net", "admin beotest"],
    PathPatterns: ["/admin/*", "/my admin/*"],
    Priority: ["2", "1001"],
    Process: ["admin", "the admin"],
  },
};

/** Options of a worker environment alone. */
export const worker: Values = {
  "aws:elasticbeanstalk:sqsd": {
    HttpPath: ["/tasks", "tasks"],
    MimeType: ["text/plain", "plain"],
    HttpConnections: ["100", "101"],
    ConnectTimeout: ["60", "0"],
    InactivityTimeout: ["36000", "36001"],
    VisibilityTimeout: ["43200", "43201"],
    ErrorVisibilityTimeout: ["0", "-1"],
    RetentionPeriod: ["60", "59"],
    MaxRetries: ["100", "0"],
  },
};

/** Merges tables. */
export function merge(...tables: Values[]): Values {
  const merged: Values = {};
  for (const [namespace, values] of tables.flatMap((table) => Object.entries(table))) {
    merged[namespace] = { ...merged[namespace], ...values };
  }
  return merged;
}
