/** Every case of a person's repository in which a target is moved. */
import { test } from "vitest";

import { expectMoved, expectWait, MOVED, WAITS } from "./cases.ts";
import { Repository, useTemplate } from "./repository.ts";

useTemplate();

test.for(Object.keys(MOVED))("moves a target %s", async (name) => {
  await expectMoved(new Repository(), name);
});

test.for(Object.keys(WAITS))("waits for %s, and touches nothing", async (name) => {
  await expectWait(new Repository(), name);
});
