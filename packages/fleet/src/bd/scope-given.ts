/** Checks patterns for changed and expected files: refuses those that can't match anything in the task's directory. */
import { fromTask, isAway } from "../app/scope.ts";
import { Refusal } from "./errors.ts";

const FLAGS: Readonly<Record<string, string>> = {
  allow: "--allow",
  deny: "--deny",
  check_paths: "--check-paths",
  expect: "--expect",
};

/** `metadata`: as it will be; only keys in `set` are checked, or all of them if the directory is set. */
export function checkScope(
  metadata: Readonly<Record<string, unknown>>,
  set: Readonly<Record<string, unknown>> = metadata,
): void {
  const { cwd } = metadata;
  if (typeof cwd !== "string") return;
  for (const [key, flag] of Object.entries(FLAGS)) {
    if (!(key in set) && !("cwd" in set)) continue;
    const away = textsIn(metadata[key])
      .map((one) => patternIn(key, one))
      .find((one) => isAway(fromTask(cwd, one)));
    if (away === undefined) continue;
    const message = `${flag}: ${away} is not in the task's directory (${cwd}), so nothing it changes would match`;
    throw new Refusal(message, { hint: "name it from that directory: src/**, or ../x in the same repository" });
  }
}

const patternIn = (key: string, value: string): string =>
  key !== "expect" ? value : value.startsWith("path:") ? value.slice("path:".length) : "";

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
