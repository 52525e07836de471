import beo_datastore_beo as beo
import pulumi

queue = beo.Queue("tasks", queue_name="report-tasks")

pulumi.export("queueUrl", queue.queue_url)
pulumi.export("deadLetterQueueArn", queue.dead_letter_queue_arn)
