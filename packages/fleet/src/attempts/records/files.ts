/** The names of an attempt's files, private to attempts/ (lint): access to a file is a function there. */
export const FILES = {
  attempt: "attempt.json",
  prompt: "prompt.md",
  pid: "pid",
  log: "log.jsonl",
  stderr: "log.stderr",
  events: "events.jsonl",
  exit: "exit.json",
  stop: "stop.json",
  stopRoom: "stop.room",
  liveness: "liveness.json",
  outcome: "outcome.json",
  receipt: "receipt.json",
  warned: "warned.jsonl",
  worked: "worked.json",
  notStarted: "not-started.json",
  before: "before.json",
  after: "after.json",
  since: "since.json",
  checked: "checked.json",
  overlaps: "overlaps.jsonl",
  taken: "taken.json",
  /** Git's trace of its commands, while the attempt runs; and its short form. */
  trace: "git-trace.jsonl",
  traceFull: "git-trace.full.jsonl",
  git: "git.json",
  /** How what is protected looked before; and copies of it, a directory. */
  protected: "protected.json",
  copies: "protected",
  /** Directories. */
  waits: "waits",
  scratch: "scratch",
  checks: "checks",
  base: "base",
  setup: "setup",
} as const;

/** Beside those that a coder has too (pid, output, exit, stop reason), in the directory of a check's run. */
export const CHECK_FILES = { run: "run.json", result: "result.json" } as const;
