/**
 * Which settings of a task that an attempt makes or edits are not its own task's: they would loosen what a person set, or start
 * something that nobody asked for (a check is a program, a coder may be a shell). Inherited ones are right, tighter ones too.
 */
import { TASK_SETTINGS } from "./task-settings.ts";
import type { Issue } from "./issue.ts";

type Metadata = Readonly<Record<string, unknown>>;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const within = (some: unknown, all: unknown): boolean => listOf(some).every((one) => listOf(all).includes(one));

/** In the directory of the own task, or below it. */
function isBelow(cwd: unknown, own: unknown): boolean {
  if (typeof cwd !== "string" || typeof own !== "string" || cwd.split("/").includes("..")) return false;
  return cwd === own || cwd.startsWith(own.endsWith("/") ? own : `${own}/`);
}

function areLimitsTighter(limits: unknown, own: unknown): boolean {
  if (typeof limits !== "object" || limits === null) return false;
  const known: Metadata = typeof own === "object" && own !== null ? { ...own } : {};
  return Object.entries(limits).every(([name, value]) => {
    if (same(value, known[name])) return true;
    if (name in known) return typeof value === "number" && typeof known[name] === "number" && value < known[name];
    return value !== "none";
  });
}

function isTighter(name: string, was: unknown, is: unknown, own: unknown): boolean {
  switch (name) {
    case "checks":
    case "prove":
      return within(is, [...listOf(own), ...listOf(was)]) && within(was, is);
    case "expect":
    case "deny":
    case "check_paths":
    case "protect":
      return within(was, is);
    case "allow":
      return own === undefined ? is !== undefined : within(is, own) && listOf(is).length > 0;
    case "cwd":
      return isBelow(is, own);
    case "review":
      return is === "person";
    case "limits":
      return areLimitsTighter(is, own ?? was);
    default:
      return false;
  }
}

/** `own`: the task of the attempt; `before`: undefined for a new task. */
export function loosened(own: Issue | undefined, before: Issue | undefined, after: Issue): string[] {
  const [mine, was, is]: Metadata[] = [own?.metadata ?? {}, before?.metadata ?? {}, after.metadata ?? {}];
  return [...TASK_SETTINGS].filter((name) => {
    const [theirs, old, now] = [mine?.[name], was?.[name], is?.[name]];
    return !same(old, now) && !same(now, theirs) && !isTighter(name, old, now, theirs);
  });
}
