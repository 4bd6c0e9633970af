/** Whether writes outside of what a task may change are refused as they happen: settings of the coder may switch that off. */
import type { Coder } from "@fleet/coders/coder";
import { parseJson } from "@fleet/kit/json";
import { readBounded } from "@fleet/kit/read";

/** The file that switches it off; undefined where it is in force, and where the coder has no such hook. */
export function guardOff(coder: Coder, env: Readonly<Record<string, string>>, cwd: string): string | undefined {
  const { guard } = coder;
  return guard?.offBy(
    guard.files(env, env["HOME"] ?? "/", cwd).map((path) => {
      const seen = readBounded(path, { links: "follow" });
      return { path, value: seen.kind === "text" ? parseJson(seen.text) : undefined };
    }),
  );
}
