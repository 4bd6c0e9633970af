/** Whether more processes can be made: tried, and given back. */
import { expect, it } from "vitest";

import { childrenOf } from "@fleet/kit/process/id";
import { hasRoom, NODE_PLACES } from "@fleet/kit/process/room";

it("has room for another Node where nothing is limited, and leaves none of the processes that it tried with", async () => {
  const before = childrenOf(process.pid);
  expect(await hasRoom(NODE_PLACES)).toBe(true);
  expect(childrenOf(process.pid)).toEqual(before);
});
