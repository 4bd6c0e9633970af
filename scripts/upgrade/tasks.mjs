/** What runs while one supervisor takes over from another, and what is to have become of it in the end. */

const UNTIL = (name) => `while [ ! -e "$W/${name}" ]; do sleep 0.1; done`;
const DONE = { status: "closed", outcomes: ["done"], tries: 0 };
const AGAIN = { status: "closed", outcomes: ["failed", "done"], tries: 1 };

/** `sets`: flags of its creation. `ends`: its status, how its attempts ended, and how many of them counted. */
export const RUNNING = [
  ...[1, 2, 3].map((n) => ({ name: `works-${n}`, script: `${UNTIL("go")}; say done`, ends: DONE })),
  ...[1, 2].map((n) => ({
    name: `closes-${n}`,
    script: `${UNTIL("go")}; say done; fleet bd close "$FLEET_TASK_ID" --reason "all of it"`,
    ends: DONE,
  })),
  { name: "ends-meanwhile", script: `${UNTIL("meanwhile")}; say done`, ends: DONE },
  {
    name: "fails-meanwhile",
    script: `[ -e "$W/meanwhile" ] || { ${UNTIL("meanwhile")}; exit 4; }; say done`,
    ends: AGAIN,
  },
  { name: "fails-later", script: `[ -e "$W/go" ] || { ${UNTIL("go")}; exit 4; }; say done`, ends: AGAIN },
  {
    name: "asks",
    script: 'answer=$(fleet ask "which one?" --wait 2m) && [ "$answer" = "this one" ] || exit 5; say done',
    ends: DONE,
  },
  {
    name: "is-checked",
    script: "say done",
    sets: (work) => ["--check", `echo run >>${work}/checks; while [ ! -e ${work}/go ]; do sleep 0.1; done`],
    ends: DONE,
  },
  {
    name: "is-killed",
    script: `[ -e "$W/meanwhile" ] || ${UNTIL("go")}; say done`,
    ends: { ...AGAIN, outcomes: ["lost", "done"] },
  },
  { name: "loses-its-wrapper", script: `${UNTIL("go")}; say done; fleet bd close "$FLEET_TASK_ID"`, ends: DONE },
];

/** What waits meanwhile: for another task, for a person; for an account that a person has paused. */
export const WAITING = [
  { name: "comes-after", script: "say done", after: "works-1", ends: DONE },
  { name: "was-stopped", script: UNTIL("go"), ends: { status: "blocked", outcomes: ["killed"], tries: 0 } },
  {
    name: "is-paused",
    script: "true",
    sets: () => ["--coder", "claude"],
    ends: { status: "open", outcomes: [], tries: 0 },
  },
];
