"""Runs a command in a terminal of its own, answers its question after a second, and prints what the terminal showed.

What TYPED_BEFORE has is typed at once.
"""

import os
import pty
import sys
import time

question, answer, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
os.write(terminal, os.environ.get("TYPED_BEFORE", "").encode())
shown = b""
is_answered = False
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    shown += data
    if question.encode() in shown and not is_answered:
        time.sleep(1)
        os.write(terminal, answer.encode() + b"\n")
        is_answered = True
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.WEXITSTATUS(status))
