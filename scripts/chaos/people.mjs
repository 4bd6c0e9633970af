/** Who continues with their own things while all this happens. */
import { setTimeout as sleep } from "node:timers/promises";

/** Somebody starts the supervisor again, as a service manager does. */
export async function starter({ lab, draw, over }) {
  while (!over.aborted) {
    await lab.fleet("run", "start");
    await sleep(300 + 1_000 * draw());
  }
}

/** People and scripts use the queue. */
export async function user({ lab, draw, pick, ids, create, most, over }) {
  while (!over.aborted) {
    const id = pick(ids());
    const what = draw();
    if (what < 0.4 && ids().length < most) await create();
    else if (what < 0.7) await lab.fleet("bd", "comment", id, "how is it going?");
    else await lab.fleet("bd", "list", "--json");
    await sleep(200 * draw());
  }
}
