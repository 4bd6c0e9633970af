/** Every accepted version of the settings is a commit, so that a changed setting is part of the history. */
import type { Act } from "@fleet/store/decision";
import { newObject } from "@fleet/store/git/objects";
import type { Store } from "@fleet/store/store";

/** True when it was a new version. */
export async function commitConfig(store: Store, act: Act, text: string, what = "config.yaml"): Promise<boolean> {
  const { oid } = newObject("blob", Buffer.from(text));
  return await store.transact(act, (snapshot) => {
    if (snapshot.rootEntry("config.yaml")?.oid === oid) return { kind: "none", result: false };
    return { kind: "commit", event: "config", subject: what, files: { "config.yaml": text }, result: true };
  });
}
