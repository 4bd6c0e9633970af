/**
 * What a task made inside an attempt inherits from the attempt's task: it is part of that work and runs where and as that one does.
 * The store checks what its maker sets differently (loosened.ts). Pure.
 */
import { setting, settingValue } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

type Metadata = Readonly<Record<string, unknown>>;

const below = (dir: string, top: string): boolean => dir === top || dir.startsWith(`${top}/`);

/** The resulting `metadata`; `here`: its directory is just the command's. `defaults`: the home's settings. */
export function withInherited(
  metadata: Metadata,
  own: Issue,
  here: boolean,
  defaults: { readonly coder: string; readonly model: string | undefined },
): Record<string, unknown> {
  const next: Record<string, unknown> = { ...metadata };
  const put = (name: string, value: unknown): void => {
    if (value === undefined) delete next[name];
    else next[name] = value;
  };
  put("path", setting(own, "path"));
  const cwd = setting(own, "cwd");
  if (here && cwd !== undefined && !below(String(next["cwd"]), cwd)) put("cwd", cwd);
  for (const name of ["coder", "model"] as const) {
    const mine = setting(own, name);
    // A setting equal to the default is left as the maker's task has it.
    if (next[name] === undefined || next[name] === (mine ?? defaults[name])) put(name, mine);
  }
  for (const name of ["isolate", "target", "base"] as const)
    if (next[name] === undefined) put(name, setting(own, name));
  if (next["evidence"] === undefined) put("evidence", setting(own, "evidence"));
  if (next["review"] === undefined) put("review", setting(own, "review"));
  if (next["limits"] === undefined) put("limits", settingValue(own, "limits"));
  return next;
}
