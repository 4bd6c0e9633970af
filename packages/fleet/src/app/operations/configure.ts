/** Changes the settings: validated, committed, written to config.yaml, and applied by a supervisor that runs. */
import { readText } from "@fleet/kit/read";

import { changeConfig, saveConfig } from "../../settings/commit.ts";
import { pathOf, valueAt } from "../../settings/edit/key.ts";
import { parseConfig } from "../../settings/file.ts";
import { configPath } from "../../settings/place.ts";
import type { Choice } from "../choose-coder.ts";
import { isMissing } from "../coder-names.ts";
import { CommandError } from "../errors.ts";
import { type Fleet, foundFleet, type World } from "../open.ts";
import { withSetting } from "../settings/set.ts";
import { allSettings, refuseUnknown } from "../views/settings.ts";

/** One setting by its name, dotted for a nested one; an empty value takes it out. */
export type Wanted = readonly [key: string, written: string];

interface SettingNow {
  readonly key: string;
  /** As a person would write it; null for none. */
  readonly value: unknown;
  /** It was taken out, so that this is its default. */
  readonly reset: boolean;
}

export interface Configured {
  readonly home: string;
  /** The home was made just now: the coder that it begins with, or why it has none. */
  readonly made: Choice | undefined;
  readonly settings: readonly SettingNow[];
  /** Coders that were named and are not on this PATH. */
  readonly missing: readonly string[];
}

/** All of them or none. */
export async function configure(world: World, wanted: readonly Wanted[]): Promise<Configured> {
  const { fleet, made } = await foundFleet(world);
  await fleet.allow({ kind: "command", words: "fleet config set" });
  const what = wanted.map(([key, written]) => (written === "" ? `${key} reset to its default` : `${key} = ${written}`));
  const change = (yaml: string): string =>
    wanted.reduce((text, [key, written]) => {
      const next = withSetting(text, key, written);
      // The file may hold a name of another version, which unset must remove; a name that is not in it is a typo.
      if (written === "" && next === text) refuseUnknown(key, "unset");
      return next;
    }, yaml);
  const after = await accepted(fleet, change, what.join(", "));
  return {
    home: fleet.home,
    made,
    settings: wanted.map(([key, written]) => settingNow(after, key, written === "")),
    missing: wanted.flatMap(([key, name]) =>
      key === "default_coder" && isMissing(name, world.env["PATH"]) ? [name] : [],
    ),
  };
}

async function accepted(fleet: Fleet, change: (yaml: string) => string, what: string): Promise<string> {
  const act = await fleet.act();
  const { before, after } = await changeConfig(fleet.store, act, change, what);
  if (before !== after) await fleet.told("set", `${what}, by ${act.actor}`, { by: act.actor });
  return after;
}

function settingNow(yaml: string, key: string, reset: boolean): SettingNow {
  const checked = parseConfig(yaml);
  const value = checked.ok ? valueAt(allSettings(checked.config), pathOf(key)) : undefined;
  return { key, value: value ?? null, reset };
}

export interface Editing {
  /** Hands the text to a person; undefined where they gave it up. */
  readonly edit: (text: string) => Promise<string | undefined>;
  /** What is wrong with it; true to save the text as it is. */
  readonly again: (problems: readonly string[]) => boolean;
}

export type Edited = { readonly kind: "changed" | "unchanged" | "given-up" };

/** The whole file, by hand; what is not valid is not taken. */
export async function editSettings(world: World, { edit, again }: Editing): Promise<Edited> {
  const { fleet } = await foundFleet(world);
  await fleet.allow({ kind: "command", words: "fleet config edit" });
  const path = configPath(fleet.home);
  const before = readText(path, { links: "follow" }) ?? "";
  let text = before;
  for (;;) {
    const next = await edit(text);
    if (next === undefined) return { kind: "given-up" };
    if (next === before) return { kind: "unchanged" };
    text = next;
    const checked = parseConfig(text);
    if (checked.ok) break;
    if (!again(checked.problems)) return { kind: "given-up" };
  }
  if ((readText(path, { links: "follow" }) ?? "") !== before)
    throw new CommandError("config.yaml changed in the meantime; nothing was saved", "fleet config edit");
  const act = await fleet.act();
  await saveConfig(fleet.store, act, text);
  await fleet.told("set", `config.yaml edited, by ${act.actor}`, { by: act.actor });
  return { kind: "changed" };
}
