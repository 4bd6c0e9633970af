/** What a line of the supervisor's journal is about. */
import type { OutcomeKind } from "../../attempts/records/outcome.ts";
import type { Liveness } from "./liveness.ts";

export type JournalEvent =
  /** The supervisor: it began, was asked to stop, ended, read new settings. */
  | "start"
  | "stop"
  | "exit"
  | "config"
  /** An attempt: its task was claimed, it was found running, a check of it begins, processes of it were left over. */
  | "claim"
  | "adopt"
  | "check"
  | "sweep"
  /** How it ended; `blocked`: its task waits for a person; `kept`: a person decided meanwhile what becomes of the task. */
  | OutcomeKind
  | "blocked"
  | "kept"
  /** It is quiet for very long, waits for a person, or hangs. */
  | Liveness["kind"]
  /** All of it was stopped (SIGSTOP, docker pause), and goes on. */
  | "frozen"
  | "thawed"
  /** A limit of a task or an account is nearly used up. */
  | "limit"
  /** An account, a coder or a directory gets nothing new; and again something. */
  | "park"
  | "go-on"
  | "unpark"
  /** What was tidied up while nothing else was to do. */
  | "tidy"
  /** What is wrong, once; and once more when it is over. */
  | "trouble"
  /** Nothing starts, whatever waits: see machine.ts. */
  | "hold"
  | "mended";
