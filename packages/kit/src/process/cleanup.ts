/**
 * What is to be done when this process ends before its work is over: children in groups of their own hear nothing of a
 * Ctrl-C, and temporary directories stay. SIGKILL leaves both.
 */

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const open = new Set<() => void>();

function cleanUp(): void {
  for (const one of open) one();
  open.clear();
}

/** A process with its own signal handlers (a supervisor) decides what a signal ends. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  cleanUp();
  forget();
  process.kill(process.pid, signal);
}

function forget(): void {
  for (const signal of SIGNALS) process.off(signal, onSignal);
  process.off("exit", cleanUp);
}

/** Registers what is to be done in that case; the answer takes it back. */
export function onUntimelyEnd(cleanup: () => void): () => void {
  if (open.size === 0) {
    for (const signal of SIGNALS) process.on(signal, onSignal);
    process.on("exit", cleanUp);
  }
  open.add(cleanup);
  return () => {
    if (open.delete(cleanup) && open.size === 0) forget();
  };
}
