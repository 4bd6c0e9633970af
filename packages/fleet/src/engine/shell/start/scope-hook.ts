/** The command that a coder's hook runs before a write: exit 2 refuses it. */
import { join } from "node:path";

import { replaceFile } from "@fleet/kit/files";
import { shellWord } from "@fleet/kit/shell";

import type { Rules } from "../../../attempts/evidence/scope.ts";
import { binDir } from "../../../program/shim.ts";

/** Through the shim, which finds another Node if the supervisor's is gone: a hook that can't run refuses nothing. */
export function hookCommand(home: string, scratch: string, { cwd, allow, deny, ignores_case, free }: Rules): string {
  const [rules, hook] = [join(scratch, "scope.json"), join(scratch, "scope-hook")];
  replaceFile(rules, `${JSON.stringify({ cwd, allow, deny, ignores_case, free } satisfies Rules)}\n`);
  const command = [join(binDir(home), "fleet"), "scope-hook", rules].map(shellWord).join(" ");
  replaceFile(hook, `#!/bin/sh\nexec ${command}\n`, { mode: 0o700 });
  return shellWord(hook);
}
