"""Plug-in of the emulated AWS: what the alarms' tests call and the emulator lacks.

ModifyEventSubscription of RDS (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyEventSubscription.html), and
StartMessageMoveTask and ListMessageMoveTasks of SQS, which move the messages of a dead-letter queue back to the queues that
they came from (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).
"""

import time


def register():
    from moto.core.responses import ActionResult
    from moto.rds.responses import RDSResponse
    from moto.sqs.responses import SQSResponse

    def modify_event_subscription(self):
        subscription = self.backend.event_subscriptions[self.params["SubscriptionName"]]
        for name, attribute in {
            "SnsTopicArn": "sns_topic_arn",
            "SourceType": "source_type",
            "EventCategories": "event_categories",
            "Enabled": "enabled",
        }.items():
            if self.params.get(name) is not None:
                setattr(subscription, attribute, self.params[name])
        return ActionResult({"EventSubscription": subscription})

    tasks = []

    def start_message_move_task(self):
        arn = self._get_param("SourceArn")
        queues = self.sqs_backend.queues.values()
        source = next(queue for queue in queues if queue.queue_arn == arn)
        origins = [queue for queue in queues if (queue.redrive_policy or {}).get("deadLetterTargetArn") == arn]
        moved = list(source._messages)
        for message in moved:
            source._messages.remove(message)
            self.sqs_backend.send_message(origins[0].name, message.body)
        task = {
            "TaskHandle": str(len(tasks)),
            "SourceArn": arn,
            "Status": "COMPLETED",
            "ApproximateNumberOfMessagesMoved": len(moved),
            "StartedTimestamp": int(time.time() * 1000),
        }
        tasks.insert(0, task)
        return ActionResult({"TaskHandle": task["TaskHandle"]})

    def list_message_move_tasks(self):
        arn = self._get_param("SourceArn")
        return ActionResult({"Results": [task for task in tasks if task["SourceArn"] == arn]})

    RDSResponse.modify_event_subscription = modify_event_subscription
    SQSResponse.start_message_move_task = start_message_move_task
    SQSResponse.list_message_move_tasks = list_message_move_tasks
