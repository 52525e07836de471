"""Returns the messages of waiting tasks to the queue as soon as Celery stops.

Celery itself returns them after the running tasks, if the instance lasts so long. And it leaves its last request to
Amazon SQS open, which SQS answers within 10 seconds: with messages that no process reads any more
(https://github.com/celery/celery/issues/8875). Both would stay hidden until their visibility timeout.
"""

import time

from celery import bootsteps
from kombu.asynchronous.http import get_client

from beo_datastore.celery import app


class ReturnMessages(bootsteps.StartStopStep):
    """Runs before Celery stops its consumer, which does not look at answers after that."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def stop(self, consumer):
        if consumer.blueprint.state != bootsteps.CLOSE:
            # The connection was lost, and Celery connects again.
            return
        task_consumer = consumer.task_consumer
        # Starts no task any more.
        task_consumer.on_message = lambda message: None
        wait_for_answers(get_client(consumer.hub), task_consumer.channel.wait_time_seconds + 5)
        return_messages(task_consumer.channel, get_running_tasks(consumer.pool))


def wait_for_answers(client, seconds):
    deadline = time.monotonic() + seconds
    while len(client._free_list) < client.max_clients and time.monotonic() < deadline:
        # The event loop, which would do this, has ended.
        client._timeout_check()
        time.sleep(0.1)


def get_running_tasks(pool):
    """Returns the ids of the tasks that a process has, also of those that it has not acknowledged yet."""
    return {job.correlation_id for job in pool._pool._cache.values()}


def return_messages(channel, running):
    for message in list(channel.qos._delivered.values()):
        if not message.acknowledged and message.properties["correlation_id"] not in running:
            message.requeue()


app.steps["consumer"].add(ReturnMessages)
