/** What only the home knows, at the moment of a completion: ids of tasks, names of coders and accounts, its own statuses and types. */
import { homeExists, homePath } from "@fleet/store/home";
import type { Meta } from "@fleet/store/meta";
import type { Snapshot } from "@fleet/store/snapshot";
import { statusNames, typeNames } from "@fleet/store/status";
import { Store } from "@fleet/store/store";

import type { World } from "../open.ts";

/** A word and what is said of it. */
type Value = readonly [word: string, help: string];

/** A title of what is closed is a shard to be read: for more than these, ids have to do. */
const TITLED = 20;

/** Live ones; of the closed ones those that begin as typed, once more is typed than what all ids begin with. */
function taskIds(snapshot: Snapshot, typed: string): Value[] {
  const live: Value[] = [];
  for (const { id, title } of snapshot.live.values()) if (id.startsWith(typed)) live.push([id, title]);
  if (!/-./.test(typed)) return live;
  const ids = snapshot.idsWith(typed.toLowerCase());
  const closed = ids.filter((id) => id.startsWith(typed) && snapshot.liveIssue(id) === undefined);
  const titleOf = (id: string): string => (closed.length > TITLED ? "" : (snapshot.peek(id)?.title ?? ""));
  return [...live, ...closed.map((id): Value => [id, titleOf(id)])];
}

const metaOf = (home: string): Meta | undefined => (homeExists(home) ? new Store(home).snapshot().meta : undefined);

export async function offered(world: World, kind: string, typed: string): Promise<readonly Value[]> {
  const home = homePath(world.env, world.cwd);
  switch (kind) {
    case "task":
      return homeExists(home) ? taskIds(new Store(home).snapshot(), typed) : [];
    case "status":
      return statusNames(metaOf(home)).map((name) => [name, ""]);
    case "type":
      return typeNames(metaOf(home)).map((name) => [name, ""]);
    case "coder": {
      const { coderNames } = await import("../coder-names.ts");
      return (await coderNames(home)).map((name) => [name, ""]);
    }
    case "account": {
      if (!homeExists(home)) return [];
      const [{ settingsInForce }, { allAccounts }] = await Promise.all([
        import("../../settings/in-force.ts"),
        import("../../settings/accounts/accounts.ts"),
      ]);
      const { config } = settingsInForce(home, new Store(home));
      return allAccounts(config).map(({ name, coder }) => [name, name === coder ? "" : coder]);
    }
    case "held": {
      if (!homeExists(home)) return [];
      const [{ heldNow }, { settingsInForce }] = await Promise.all([
        import("./held.ts"),
        import("../../settings/in-force.ts"),
      ]);
      const { config } = settingsInForce(home, new Store(home));
      return heldNow(home, config).map(({ name, names, reason }) => [names.at(-1) ?? name, reason]);
    }
    default:
      return [];
  }
}
