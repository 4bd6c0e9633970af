/**
 * What a task that an attempt makes takes from the attempt's own task: it is a part of that work, and runs where and as that
 * one runs. What its maker names beside that is judged by the store (loosened.ts). Pure.
 */
import { setting, settingValue } from "@fleet/store/task-settings";
import type { Issue } from "@fleet/store/issue";

type Metadata = Readonly<Record<string, unknown>>;

const below = (dir: string, top: string): boolean => dir === top || dir.startsWith(`${top}/`);

/** `metadata` as it is to be; `here`: its directory is only where the command was called. `defaults`: of the home's settings. */
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
    // Named as what it would be anyway, it is left as its maker's task has it.
    if (next[name] === undefined || next[name] === (mine ?? defaults[name])) put(name, mine);
  }
  for (const name of ["isolate", "target", "base"] as const)
    if (next[name] === undefined) put(name, setting(own, name));
  if (next["evidence"] === undefined) put("evidence", setting(own, "evidence"));
  if (next["review"] === undefined) put("review", setting(own, "review"));
  if (next["limits"] === undefined) put("limits", settingValue(own, "limits"));
  return next;
}
