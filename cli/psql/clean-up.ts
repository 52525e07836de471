const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const actions = new Set<() => void>();

/**
 * Does something when this process ends, also by a signal, which ends it as if nothing had been done. Where someone else
 * handles the signal, that decides whether the process ends. Returns how to cancel it.
 */
export function cleanUpAtEnd(action: () => void): () => void {
  if (actions.size === 0) {
    process.on("exit", cleanUp);
    for (const signal of signals) {
      process.on(signal, end);
    }
  }
  actions.add(action);
  return () => {
    actions.delete(action);
    if (actions.size === 0) {
      stopListening();
    }
  };
}

function cleanUp(): void {
  for (const action of actions) {
    action();
  }
  actions.clear();
}

function end(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 1) {
    cleanUp();
    stopListening();
    process.kill(process.pid, signal);
  }
}

function stopListening(): void {
  process.off("exit", cleanUp);
  for (const signal of signals) {
    process.off(signal, end);
  }
}
