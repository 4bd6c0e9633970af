/** The names of an attempt's files. Nobody outside attempts/ knows them (lint): what is wanted of a file is a function there. */
export const FILES = {
  attempt: "attempt.json",
  prompt: "prompt.md",
  pid: "pid",
  log: "log.jsonl",
  stderr: "log.stderr",
  events: "events.jsonl",
  exit: "exit.json",
  stop: "stop.json",
  liveness: "liveness.json",
  outcome: "outcome.json",
  receipt: "receipt.json",
  warned: "warned.jsonl",
  notStarted: "not-started.json",
  /** Directories. */
  waits: "waits",
  scratch: "scratch",
} as const;
