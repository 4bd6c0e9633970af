/** Node's own modules that a read does without: to load node:crypto or node:zlib takes as long as all else that it does. */
import { expect, test, vi } from "vitest";

import { initialized } from "./world.ts";

test("reads from a current cache load none of node's modules for hashes, inflating, programs and the system", async () => {
  using world = await initialized();
  await world.bd(["create", "A", "--id", "tt-a"]);
  await world.bd(["create", "B", "--id", "tt-b", "--deps", "tt-a"]);
  await world.bd(["create", "C", "--id", "tt-c"]);
  await world.bd(["close", "tt-c"]);
  await world.bd(["label", "add", "tt-a", "area"]);
  await world.bd(["comment", "tt-a", "a remark"]);
  await world.bd(["remember", "two steps", "--key", "build"]);
  const reads = [
    ["ready"],
    ["show", "tt-a"],
    ["show", "tt-c"],
    ["list"],
    ["blocked"],
    ["search", "A"],
    ["comments", "tt-a"],
    ["label", "list", "tt-a"],
    ["dep", "list", "tt-b"],
    ["dep", "tree", "tt-b"],
    ["count"],
    ["memories"],
    ["recall", "build"],
    ["prime"],
  ];
  // Leaves the caches of what was written last.
  for (const read of ["ready", "memories"]) await world.bd([read]);
  const loaded = vi.spyOn(process, "getBuiltinModule");
  try {
    for (const read of reads) {
      loaded.mockClear();
      expect(await world.bd([...read, "--json"])).toMatchObject({ exit: 0, stderr: "" });
      expect({ read, loaded: loaded.mock.calls.map(([name]) => name) }).toEqual({ read, loaded: [] });
    }
  } finally {
    loaded.mockRestore();
  }
});
