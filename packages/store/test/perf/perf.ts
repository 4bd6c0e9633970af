/** Figures of the store in one process, for scripts/store-perf.mjs. Not a test: nothing here asserts a time. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cachePath } from "../../src/cache.ts";
import type { Act } from "../../src/decision.ts";
import { Graph } from "../../src/graph.ts";
import { createHome } from "../../src/create-home.ts";
import type { Issue } from "../../src/issue.ts";
import { claim } from "../../src/ops/claim.ts";
import { create } from "../../src/ops/create.ts";
import { Store } from "../../src/store.ts";

const act = (): Act => ({ actor: "perf", now: Date.now(), uuid: randomUUID });

async function timed<T>(times: number, run: () => T | Promise<T>): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await run();
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  return Math.round((taken[Math.floor(times / 2)] ?? 0) * 10) / 10;
}

function made(n: number, live: number): Issue {
  const at = new Date(1_700_000_000_000 + n * 1000).toISOString();
  const open = n < live;
  return {
    id: `pf-${n.toString(36).padStart(5, "0")}`,
    title: `Issue number ${n} with a title of some length`,
    description: "What is to be done, in a few sentences that somebody wrote by hand or an agent made up. ".repeat(3),
    status: open ? "open" : "closed",
    priority: n % 5,
    issue_type: "task",
    created_at: at,
    updated_at: at,
    ...(open ? {} : { closed_at: at, close_reason: "Closed" }),
    ...(n % 3 === 0 && n > 0
      ? {
          dependencies: [
            { issue_id: `pf-${n}`, depends_on_id: `pf-${(n - 1).toString(36).padStart(5, "0")}`, type: "blocks" },
          ],
        }
      : {}),
  };
}

export async function perf(size: number, live: number): Promise<Record<string, number>> {
  const dir = mkdtempSync(join(tmpdir(), "fleet-perf-"));
  try {
    const home = join(dir, "home");
    await createHome(home, { prefix: "pf", author: { name: "perf", email: "p@p" }, seconds: 1_700_000_000 });
    const store = new Store(home);
    const bulk = act();
    const issues = Array.from({ length: size }, (_, n) => made(n, live));
    await store.transact(bulk, () => ({ kind: "commit", event: "import", subject: "all", issues, result: undefined }));
    const cacheBytes = statSync(cachePath(home)).size;
    const cachedRead = await timed(9, () => new Graph(new Store(home).snapshot()).ready({ now: Date.now() }).length);
    const load = await timed(size > 50_000 ? 3 : 5, () => {
      rmSync(cachePath(home));
      new Store(home).snapshot();
    });
    const count = 60;
    const created: string[] = [];
    const warm: string[] = [];
    const start = performance.now();
    for (let n = 0; n < count; n++) {
      const doing = act();
      const { issue } = await store.transact(doing, (s) =>
        create(s, doing, { title: `new ${n}`, type: "task", priority: 2 }),
      );
      created.push(issue.id);
    }
    const creates = count / ((performance.now() - start) / 1000);
    for (let n = 0; n < count; n++) {
      const doing = act();
      const input = { title: `to be claimed ${n}`, type: "task" as const, priority: 2 };
      warm.push((await store.transact(doing, (s) => create(s, doing, input))).issue.id);
    }
    const first = performance.now();
    for (const id of warm) {
      const doing = act();
      await store.transact(doing, (s) => claim(s, doing, { id }));
    }
    const warmClaims = count / ((performance.now() - first) / 1000);
    const begin = performance.now();
    for (const id of created) {
      const doing = act();
      // As a process of its own would: nothing in memory.
      const lone = new Store(home);
      await lone.transact(doing, (s) => claim(s, doing, { id }));
    }
    const claims = count / ((performance.now() - begin) / 1000);
    const behind = await timed(5, async () => {
      const one = new Store(home);
      one.snapshot();
      const doing = act();
      await store.transact(doing, (s) => create(s, doing, { title: "behind", type: "task", priority: 2 }));
      const before = performance.now();
      one.snapshot();
      return performance.now() - before;
    });
    return {
      size,
      cacheKB: Math.round(cacheBytes / 1024),
      cachedReadyMs: cachedRead,
      loadMs: load,
      createsPerSecond: Math.round(creates),
      claimsPerSecond: Math.round(warmClaims),
      claimsPerSecondColdStore: Math.round(claims),
      createAndCatchUpMs: behind,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
