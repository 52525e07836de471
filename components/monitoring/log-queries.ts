import { QueryDefinition } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

interface LogQueryArgs {
  /** The folder of the queries in the console. */
  folder: pulumi.Input<string>;
  webEnvironment: pulumi.Input<string>;
  workerEnvironment: pulumi.Input<string>;
  database: pulumi.Input<string>;
  isDocker: boolean;
}

/**
 * Saves queries for Logs Insights. The log groups are those of Elastic Beanstalk
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudwatchlogs.html), of the overlay, and of RDS.
 */
export function createLogQueries(name: string, args: LogQueryArgs, parent: pulumi.Resource): void {
  const { webEnvironment, workerEnvironment } = args;
  const getGroup = (environment: pulumi.Input<string>, file: string) =>
    pulumi.interpolate`/aws/elasticbeanstalk/${environment}/var/log/${file}`;
  const output = args.isDocker ? "eb-docker/containers/eb-current-app/stdouterr.log" : "web.stdout.log";
  const web = getGroup(webEnvironment, output);
  const tasks = getGroup(workerEnvironment, "celery/worker.log");
  const queries = {
    errors: {
      groups: [
        web,
        getGroup(webEnvironment, "django/django.log"),
        getGroup(workerEnvironment, "django/django.log"),
        tasks,
        pulumi.interpolate`/aws/rds/instance/${args.database}/postgresql`,
      ],
      query: `fields @timestamp, @log, @message
| filter @message like /\\b(ERROR|CRITICAL|FATAL|PANIC)\\b|Traceback/
| sort @timestamp desc
| limit 200`,
    },
    // What gunicorn writes for a request: beanstalk/run of the overlay.
    "slow-requests": {
      groups: [web],
      query: `parse @message /request (?<method>[A-Z]+) (?<path>\\S+) (?<status>\\d{3}) (?<milliseconds>\\d+) ms/
| filter milliseconds > 1000
| stats count(*) as requests, max(milliseconds) as slowest, pct(milliseconds, 50) as median by method, path
| sort slowest desc
| limit 50`,
    },
    "failed-tasks": {
      groups: [tasks],
      query: `fields @timestamp, @logStream, @message
| filter @message like /raised unexpected|Hard time limit|Soft time limit|TimeLimitExceeded|WorkerLostError/
| sort @timestamp desc
| limit 200`,
    },
  };
  for (const [part, { groups, query }] of Object.entries(queries)) {
    new QueryDefinition(
      `${name}-query-${part}`,
      {
        name: pulumi.interpolate`${args.folder}/${part}`,
        logGroupNames: groups,
        queryString: query,
      },
      { parent, deleteBeforeReplace: true },
    );
  }
}
