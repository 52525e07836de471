import { changed, dev } from "./configurations";
import type { Mistake } from "./mistakes";

const web = (options: unknown) => changed({ web: { options } });
const worker = (options: unknown) => changed({ worker: { options } });
const asg = "aws:autoscaling:asg";
const process = "aws:elasticbeanstalk:environment:process:default";
const launch = "aws:autoscaling:launchconfiguration";
const admin = "aws:elasticbeanstalk:environment:process:admin";
const variables = "aws:elasticbeanstalk:application:environment";
const set = "npx pulumi config set --path";
const remove = (path: string, stack = "prod") => `npx pulumi config rm --path '${path}' --stack ${stack}`;

/** Options of Elastic Beanstalk that cannot be set, each for one reason. */
export const options: Mistake[] = [
  [
    "a list of options",
    web([{ Namespace: asg, OptionName: "Cooldown", Value: "120" }]),
    'web.options is [{"Namespace":"aws:autoscaling:asg","OptionName":"Cooldown","Value":"120"}]. Expected a map from namespaces to options with their values.',
    "npx pulumi config rm --path web.options --stack prod",
  ],
  [
    "a misspelt namespace",
    web({ "aws:autoscalling:asg": { Cooldown: 120 } }),
    'web.options["aws:autoscalling:asg"] is not a namespace of Elastic Beanstalk\'s options. Did you mean aws:autoscaling:asg?',
    remove('web.options["aws:autoscalling:asg"]'),
  ],
  [
    "a namespace of another kind of program",
    worker({ "my:own:namespace": { Cooldown: 120 } }),
    'worker.options["my:own:namespace"] is not a namespace of Elastic Beanstalk\'s options. See https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html.',
    remove('worker.options["my:own:namespace"]'),
  ],
  [
    "a value in place of options",
    web({ [asg]: "120" }),
    'web.options["aws:autoscaling:asg"] is "120". Expected values by option.',
    remove('web.options["aws:autoscaling:asg"]'),
  ],
  [
    "a misspelt option",
    web({ [asg]: { CoolDown: 120 } }),
    'web.options["aws:autoscaling:asg"].CoolDown is not an option of aws:autoscaling:asg. Did you mean Cooldown?',
    `${remove('web.options["aws:autoscaling:asg"].CoolDown')} && ${set} 'web.options["aws:autoscaling:asg"].Cooldown' 120 --stack prod`,
  ],
  [
    "an option of another namespace",
    web({ [asg]: { StickinessEnabled: true } }),
    'web.options["aws:autoscaling:asg"].StickinessEnabled is not an option of aws:autoscaling:asg. It belongs to aws:elasticbeanstalk:environment:process:<name>.',
    remove('web.options["aws:autoscaling:asg"].StickinessEnabled'),
  ],
  [
    "an unknown option",
    web({ "aws:elasticbeanstalk:xray": { Daemon: true } }),
    'web.options["aws:elasticbeanstalk:xray"].Daemon is not an option of aws:elasticbeanstalk:xray. Expected XRayEnabled.',
    remove('web.options["aws:elasticbeanstalk:xray"].Daemon'),
  ],
  [
    "a value out of range",
    web({ [admin]: { HealthyThresholdCount: 11 } }),
    'web.options["aws:elasticbeanstalk:environment:process:admin"].HealthyThresholdCount is 11. Expected an integer from 2 to 10.',
    `${set} 'web.options["aws:elasticbeanstalk:environment:process:admin"].HealthyThresholdCount' --stack prod <integer from 2 to 10>`,
  ],
  [
    "a list in place of a value",
    web({ [asg]: { Cooldown: [120] } }),
    'web.options["aws:autoscaling:asg"].Cooldown is [120]. Expected an integer from 0 to 10000.',
    `${remove('web.options["aws:autoscaling:asg"].Cooldown')} && ${set} 'web.options["aws:autoscaling:asg"].Cooldown' --stack prod <integer from 0 to 10000>`,
  ],
  [
    "a misspelt value",
    web({ "aws:elasticbeanstalk:healthreporting:system": { HealthCheckSuccessThreshold: "warning" } }),
    'web.options["aws:elasticbeanstalk:healthreporting:system"].HealthCheckSuccessThreshold is "warning". Expected Ok, Warning, Degraded or Severe.',
    `${set} 'web.options["aws:elasticbeanstalk:healthreporting:system"].HealthCheckSuccessThreshold' Warning --stack prod`,
  ],
  [
    "an option that a setting decides",
    web({ [launch]: { RootVolumeSize: 50 } }),
    'web.options["aws:autoscaling:launchconfiguration"].RootVolumeSize is 50. Set web.rootVolumeSize instead.',
    `${remove('web.options["aws:autoscaling:launchconfiguration"].RootVolumeSize')} && ${set} web.rootVolumeSize --stack prod <integer from 10 to 16384>`,
  ],
  [
    "an option of the workers that a setting decides",
    worker({ [launch]: { RootVolumeSize: 50 } }),
    'worker.options["aws:autoscaling:launchconfiguration"].RootVolumeSize is 50. Set worker.rootVolumeSize instead.',
    `${remove('worker.options["aws:autoscaling:launchconfiguration"].RootVolumeSize')} && ${set} worker.rootVolumeSize --stack prod <integer from 10 to 16384>`,
  ],
  [
    "a scheduled action",
    worker({ "aws:autoscaling:scheduledaction/Night": { MinSize: 1 } }),
    'worker.options["aws:autoscaling:scheduledaction/Night"].MinSize is 1. Set worker.schedule instead.',
    remove('worker.options["aws:autoscaling:scheduledaction/Night"].MinSize'),
  ],
  [
    "a rule with a space in its name",
    web({ "aws:elbv2:listenerrule:the admin": { PathPatterns: "/admin/*" } }),
    'web.options["aws:elbv2:listenerrule:the admin"] has the name "the admin". Expected letters, digits, hyphens and underscores.',
    remove('web.options["aws:elbv2:listenerrule:the admin"]'),
  ],
  [
    "the TLS policy",
    web({ "aws:elbv2:listener:443": { SSLPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" } }),
    'web.options["aws:elbv2:listener:443"].SSLPolicy is "ELBSecurityPolicy-TLS13-1-3-2021-06". Set web.tlsPolicy instead.',
    `${remove('web.options["aws:elbv2:listener:443"].SSLPolicy')} && ${set} web.tlsPolicy --stack prod <value>`,
  ],
  [
    "SSH from everywhere",
    web({ [launch]: { SSHSourceRestriction: "tcp, 22, 22, 0.0.0.0/0" } }),
    'web.options["aws:autoscaling:launchconfiguration"].SSHSourceRestriction is "tcp, 22, 22, 0.0.0.0/0". It opens SSH in the default security group of Elastic Beanstalk, which the instances do not have. Remove it.',
    remove('web.options["aws:autoscaling:launchconfiguration"].SSHSourceRestriction'),
  ],
  [
    "a plain variable, whose value may be a secret",
    web({ [variables]: { API_TOKEN: "hunter2" } }),
    `web.options["${variables}"].API_TOKEN is a variable of the application. Set extraSecrets.API_TOKEN instead. Treat the value as compromised and set a new one.`,
    `${remove(`web.options["${variables}"].API_TOKEN`)} && npx pulumi config set --secret --path extraSecrets.API_TOKEN --stack prod`,
  ],
  [
    "the password of another database as a plain variable",
    web({ [variables]: { DB_PASSWORD: "hunter2" } }),
    `web.options["${variables}"].DB_PASSWORD is a variable of the application. Set extraSecrets.DB_PASSWORD instead. Treat the value as compromised and set a new one.`,
    `${remove(`web.options["${variables}"].DB_PASSWORD`)} && npx pulumi config set --secret --path extraSecrets.DB_PASSWORD --stack prod`,
  ],
  [
    "a plain variable that is no secret",
    web({ [variables]: { FEATURE: "on" } }),
    `web.options["${variables}"].FEATURE is a variable of the application. Set extraEnvironment.FEATURE instead.`,
    `${remove(`web.options["${variables}"].FEATURE`)} && ${set} --type string extraEnvironment.FEATURE --stack prod <value>`,
  ],
  [
    "a variable that a setting of the stack decides",
    web({ [variables]: { SECRET_KEY: "hunter2" } }),
    `web.options["${variables}"].SECRET_KEY is a variable of the application. Set secretKey instead. Treat the value as compromised and set a new one.`,
    `${remove(`web.options["${variables}"].SECRET_KEY`)} && npx pulumi config set --secret secretKey --stack prod`,
  ],
  ...["DEBUG", "SQL_HOST", "ORIGIN_VERIFY_SHA256"].map((name): Mistake => [
    `the variable ${name}, which the program sets`,
    web({ [variables]: { [name]: "1" } }),
    `web.options["${variables}"].${name} is set by this program. Remove it.`,
    remove(`web.options["${variables}"].${name}`),
  ]),
  ...["aws:cloudformation:template:parameter", "aws:elasticbeanstalk:control"].map((namespace): Mistake => [
    `${namespace}, which describe-configuration-settings shows`,
    web({ [namespace]: { LaunchType: "Migration" } }),
    `web.options["${namespace}"] is written by Elastic Beanstalk itself. Remove it.`,
    remove(`web.options["${namespace}"]`),
  ]),
  [
    "static files as on Amazon Linux 1",
    web({ "aws:elasticbeanstalk:container:python:staticfiles": { "/static/": "static/" } }),
    'web.options["aws:elasticbeanstalk:container:python:staticfiles"] is for Amazon Linux 1. Set aws:elasticbeanstalk:environment:proxy:staticfiles instead.',
    remove('web.options["aws:elasticbeanstalk:container:python:staticfiles"]'),
  ],
  [
    "the listener of HTTP by its port",
    dev({
      web: { singleInstance: false, options: { "aws:elbv2:listener:80": { DefaultProcess: "default" } } },
    }),
    'web.options["aws:elbv2:listener:80"] is the default listener. Set aws:elbv2:listener:default instead.',
    remove('web.options["aws:elbv2:listener:80"]', "dev"),
  ],
  [
    "the listener of HTTP by its port where it redirects",
    web({ "aws:elbv2:listener:80": { DefaultProcess: "default" } }),
    'web.options["aws:elbv2:listener:80"] is the listener on port 80, which redirects to HTTPS. Set aws:elbv2:listener:443 instead.',
    remove('web.options["aws:elbv2:listener:80"]'),
  ],
  ...["default", "443"].map((port): Mistake => [
    `the listener ${port} disabled, with a domain`,
    web({ [`aws:elbv2:listener:${port}`]: { ListenerEnabled: false } }),
    `web.options["aws:elbv2:listener:${port}"].ListenerEnabled is false. The program enables HTTPS on port 443 with domain or certificateArn, and HTTP on port 80 without them. Remove it.`,
    remove(`web.options["aws:elbv2:listener:${port}"].ListenerEnabled`),
  ]),
  [
    "a variable by reference",
    worker({ "aws:elasticbeanstalk:application:environmentsecrets": { API_TOKEN: "arn:aws:ssm:…" } }),
    'worker.options["aws:elasticbeanstalk:application:environmentsecrets"].API_TOKEN is a variable of the application. Set extraSecrets.API_TOKEN instead.',
    `${remove('worker.options["aws:elasticbeanstalk:application:environmentsecrets"].API_TOKEN')} && npx pulumi config set --secret --path extraSecrets.API_TOKEN --stack prod`,
  ],
  [
    "a database of the environment, without its password",
    web({ "aws:rds:dbinstance": { DBPassword: "hunter2" } }),
    'web.options["aws:rds:dbinstance"].DBPassword is set. A database of the environment would be deleted with it. The settings of database configure the program\'s. Remove it.',
    remove('web.options["aws:rds:dbinstance"].DBPassword'),
  ],
  [
    "a load balancer's option of the workers",
    worker({ "aws:elbv2:loadbalancer": { IdleTimeout: "90" } }),
    'worker.options["aws:elbv2:loadbalancer"] is set, but a worker environment has no such option. Remove it.',
    remove('worker.options["aws:elbv2:loadbalancer"]'),
  ],
  [
    "a load balancer's option of a single instance",
    dev({ web: { options: { [process]: { StickinessEnabled: true } } } }),
    'web.options["aws:elasticbeanstalk:environment:process:default"] is set, but a single instance has no such option. Remove it, or set web.singleInstance to false.',
    remove('web.options["aws:elasticbeanstalk:environment:process:default"]', "dev"),
  ],
  [
    "an option of the worker's daemon in the web environment",
    web({ "aws:elasticbeanstalk:sqsd": { HttpConnections: 10 } }),
    'web.options["aws:elasticbeanstalk:sqsd"] is set, but a web environment with a load balancer has no such option. Remove it.',
    remove('web.options["aws:elasticbeanstalk:sqsd"]'),
  ],
  [
    "an option of Python on Docker",
    changed({
      platform: { branch: "Docker" },
      web: { options: { "aws:elasticbeanstalk:container:python": { NumThreads: 5 } } },
    }),
    'web.options["aws:elasticbeanstalk:container:python"] is for the platform Python, but the environment runs Docker. Remove it.',
    remove('web.options["aws:elasticbeanstalk:container:python"]'),
  ],
  [
    "an option of Classic Load Balancers",
    web({ "aws:elb:listener:443": { ListenerProtocol: "HTTPS" } }),
    'web.options["aws:elb:listener:443"] is for Classic Load Balancers. The program has an Application Load Balancer. Remove it.',
    remove('web.options["aws:elb:listener:443"]'),
  ],
  [
    "a rule that is not defined",
    web({ "aws:elbv2:listener:443": { Rules: "admin" } }),
    'web.options["aws:elbv2:listener:443"].Rules contains "admin", but aws:elbv2:listenerrule:admin is not set. Set it, or remove the rule.',
    remove('web.options["aws:elbv2:listener:443"].Rules'),
  ],
  [
    "a rule that matches nothing",
    web({ "aws:elbv2:listenerrule:admin": { Priority: 5 } }),
    'web.options["aws:elbv2:listenerrule:admin"] matches no requests. Expected HostHeaders or PathPatterns.',
    remove('web.options["aws:elbv2:listenerrule:admin"]'),
  ],
  [
    "two rules with the same priority",
    web({
      "aws:elbv2:listenerrule:admin": { PathPatterns: "/admin/*", Priority: 5 },
      "aws:elbv2:listenerrule/api": { PathPatterns: "/v1/*", Priority: 5 },
    }),
    'web.options["aws:elbv2:listenerrule/api"].Priority is 5, like that of web.options["aws:elbv2:listenerrule:admin"]. Expected another priority for each rule.',
    `${set} 'web.options["aws:elbv2:listenerrule/api"].Priority' --stack prod <integer from 1 to 1000>`,
  ],
  [
    "a rule that is set with a colon and with a slash",
    web({
      "aws:elbv2:listenerrule:admin": { PathPatterns: "/admin/*" },
      "aws:elbv2:listenerrule/admin": { PathPatterns: "/admin/*" },
    }),
    'web.options["aws:elbv2:listenerrule/admin"] is set twice, with a colon and with a slash before the name. Remove one of them.',
    remove('web.options["aws:elbv2:listenerrule/admin"]'),
  ],
  [
    "a process that is not defined",
    web({ "aws:elbv2:listenerrule:admin": { PathPatterns: "/admin/*", Process: "admin" } }),
    'web.options["aws:elbv2:listenerrule:admin"].Process is "admin", but aws:elasticbeanstalk:environment:process:admin is not set. Set it, or remove the name.',
    remove('web.options["aws:elbv2:listenerrule:admin"].Process'),
  ],
  [
    "the port of a process",
    web({ "aws:elasticbeanstalk:environment:process:admin": { Port: 8000 } }),
    'web.options["aws:elasticbeanstalk:environment:process:admin"].Port is 8000. Every process has port 80 and HTTP, all that the security group of the instances allows. Remove it.',
    remove('web.options["aws:elasticbeanstalk:environment:process:admin"].Port'),
  ],
  [
    "another port of the load balancer",
    web({ "aws:elbv2:listener:8443": { DefaultProcess: "default" } }),
    'web.options["aws:elbv2:listener:8443"] is another port. The security group of the load balancer allows ports 80 and 443 only. Remove it.',
    remove('web.options["aws:elbv2:listener:8443"]'),
  ],
  [
    "the listener on port 80 where it redirects",
    web({ "aws:elbv2:listener:default": { DefaultProcess: "default" } }),
    'web.options["aws:elbv2:listener:default"] is the listener on port 80, which redirects to HTTPS. Set aws:elbv2:listener:443 instead.',
    remove('web.options["aws:elbv2:listener:default"]'),
  ],
  [
    "the listener on port 443 without a certificate",
    dev({
      web: { singleInstance: false, options: { "aws:elbv2:listener:443": { DefaultProcess: "default" } } },
    }),
    'web.options["aws:elbv2:listener:443"] needs a certificate. Set domain, or aws:elbv2:listener:default instead.',
    remove('web.options["aws:elbv2:listener:443"]', "dev"),
  ],
  [
    "times of the trigger that do not fit, of which Elastic Beanstalk would change one",
    web({ "aws:autoscaling:trigger": { Period: 1 } }),
    'web.options["aws:autoscaling:trigger"] has BreachDuration 5, Period 1 and EvaluationPeriods 1. Expected BreachDuration to be Period × EvaluationPeriods.',
    `${set} 'web.options["aws:autoscaling:trigger"].BreachDuration' 1 --stack prod`,
  ],
  [
    "more instances in service than the environment has besides those that are replaced",
    web({ "aws:autoscaling:updatepolicy:rollingupdate": { MinInstancesInService: 4 } }),
    'web.options["aws:autoscaling:updatepolicy:rollingupdate"].MinInstancesInService is 4, but web.maxSize is 4. Expected an integer from 0 to 3.',
    `${set} 'web.options["aws:autoscaling:updatepolicy:rollingupdate"].MinInstancesInService' --stack prod <integer from 0 to 3>`,
  ],
  [
    "Apache, which does not read the overlay's files",
    web({ "aws:elasticbeanstalk:environment:proxy": { ProxyServer: "apache" } }),
    'web.options["aws:elasticbeanstalk:environment:proxy"].ProxyServer is "apache". Expected nginx, which the overlay configures.',
    `${set} 'web.options["aws:elasticbeanstalk:environment:proxy"].ProxyServer' --stack prod <nginx, which the overlay configures>`,
  ],
  [
    "the root volume as a block device",
    web({ [launch]: { BlockDeviceMappings: "/dev/sdj=:100:true:gp3,/dev/xvda=:50:true:gp3" } }),
    'web.options["aws:autoscaling:launchconfiguration"].BlockDeviceMappings is "/dev/sdj=:100:true:gp3,/dev/xvda=:50:true:gp3". Expected block device mappings other than of the root volume, such as /dev/sdj=:100:true:gp3, separated by commas.',
    `${set} 'web.options["aws:autoscaling:launchconfiguration"].BlockDeviceMappings' --stack prod <value>`,
  ],
  [
    "the Celery queue for the worker's daemon",
    worker({
      "aws:elasticbeanstalk:sqsd": { WorkerQueueURL: "https://sqs.us-west-1.amazonaws.com/123456789012/beo" },
    }),
    'worker.options["aws:elasticbeanstalk:sqsd"].WorkerQueueURL is "https://sqs.us-west-1.amazonaws.com/123456789012/beo". The daemon would take the messages of that queue, so that Celery does not get them. Remove it.',
    remove('worker.options["aws:elasticbeanstalk:sqsd"].WorkerQueueURL'),
  ],
];
