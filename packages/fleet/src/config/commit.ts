/** Every accepted version of the settings is a commit, so that a changed setting is part of the history. */
import type { Act } from "@fleet/store/decision";
import { newObject, tryReadObjects } from "@fleet/store/git/objects";
import type { Store } from "@fleet/store/store";

import { parseConfig } from "./file.ts";
import type { Config } from "./schema.ts";

/** True when it was a new version. */
export async function commitConfig(store: Store, act: Act, text: string, what = "config.yaml"): Promise<boolean> {
  const { oid } = newObject("blob", Buffer.from(text));
  return await store.transact(act, (snapshot) => {
    if (snapshot.rootEntry("config.yaml")?.oid === oid) return { kind: "none", result: false };
    return { kind: "commit", event: "config", subject: what, files: { "config.yaml": text }, result: true };
  });
}

/** The settings that were last accepted, for a supervisor that starts on a file which is not good; undefined without any. */
export function acceptedConfig(store: Store): Config | undefined {
  const entry = store.snapshot().rootEntry("config.yaml");
  const [bytes] = entry === undefined ? [] : tryReadObjects(store.gitDir, [entry.oid]);
  const checked = Buffer.isBuffer(bytes) ? parseConfig(bytes.toString("utf8")) : undefined;
  return checked?.ok === true ? checked.config : undefined;
}
