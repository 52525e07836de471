"""Runs a command on one instance at a time: Celery beat, which must not run twice.

The command runs while this process holds an advisory lock in the application's PostgreSQL. The other instances wait for
the lock, which PostgreSQL releases when the session ends: with the process, or 30 seconds after the host was lost. This
process ends the command within 11 seconds after it lost the session, before another instance gets the lock.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time

import psycopg2
from psycopg2 import extensions

LOCK = 0x62656174  # "beat"
ANSWER_TIMEOUT = 5
ATTEMPT_INTERVAL = 5
STOP_TIMEOUT = 5
# The server's side: it ends the session of a host that does not answer for 30 seconds, whether the session is idle or an
# answer is on its way.
SERVER_OPTIONS = (
    "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=30000"
)


def log(message):
    print("beat: " + message, flush=True)


def wait(connection):
    """Waits for an answer of the server: psycopg2 itself would wait without end for a host that is gone."""
    deadline = time.monotonic() + ANSWER_TIMEOUT
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        descriptors = [connection.fileno()]
        ready = select.select(
            descriptors if state == extensions.POLL_READ else [],
            descriptors if state == extensions.POLL_WRITE else [],
            [],
            max(0, deadline - time.monotonic()),
        )
        if not any(ready):
            raise psycopg2.OperationalError("PostgreSQL did not answer for {} seconds".format(ANSWER_TIMEOUT))


def connect():
    connection = psycopg2.connect(
        host=os.environ["SQL_HOST"],
        port=os.environ.get("SQL_PORT", "5432"),
        dbname=os.environ["SQL_DATABASE"],
        user=os.environ["SQL_USER"],
        password=os.environ["SQL_PASSWORD"],
        application_name="celery beat",
        connect_timeout=ANSWER_TIMEOUT,
        options=SERVER_OPTIONS,
    )
    connection.autocommit = True
    return connection


def query(connection, statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def acquire(connection):
    is_announced = False
    while not query(connection, "SELECT pg_try_advisory_lock(%s)", LOCK):
        if not is_announced:
            log("another instance runs the scheduler; waiting for its lock")
            is_announced = True
        time.sleep(ATTEMPT_INTERVAL)
    log("got the lock")


def end_with_parent():
    """Ends the command with this process, even if this one is killed: its lock would be released."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def stop(process):
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(command, connection):
    """Runs the command while the session lasts, and returns its exit code."""
    process = subprocess.Popen(command, preexec_fn=end_with_parent)
    try:
        while process.poll() is None:
            query(connection, "SELECT 1")
            time.sleep(1)
        return process.returncode
    finally:
        # A second signal must not interrupt this.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop(process)
        signal.signal(signal.SIGTERM, exit_on_signal)


def exit_on_signal(number, frame):
    sys.exit(0)


def main(command):
    signal.signal(signal.SIGTERM, exit_on_signal)
    extensions.set_wait_callback(wait)
    while True:
        connection = None
        try:
            connection = connect()
            acquire(connection)
            return run(command, connection)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            log("no session with PostgreSQL: {}".format(str(error).strip()))
        finally:
            if connection is not None:
                connection.close()
        time.sleep(ATTEMPT_INTERVAL)


if __name__ == "__main__":
    # A command that ends by itself has failed: whatever started this process starts it again.
    sys.exit(main(sys.argv[1:]) or 1)
