/** What the children of a chaos run do: shell scripts, each one way of working or of going wrong. */

/**
 * Every script takes its task's lock (flock: whatever of an attempt is alive holds it, daemons too) and says what it did
 * in files that only grow. `LONG` is a number that only this run's sleeps carry, so that none is overlooked at the end.
 */
export const head = (dir, name, long, pace = 0) => `W=${dir}; N=${name}; LONG=${long}; PACE=${pace}
exec 9>>"$W/$N.lock"
flock -n 9 || echo "$N $FLEET_ATTEMPT_ID" >>"$W/overlaps"
say() { echo "$1 $FLEET_ATTEMPT_ID" >>"$W/$N.effects"; }
work() { i=0; while [ $i -lt $1 ]; do say work; sleep $PACE.$(($$ % 5 + 1)); i=$((i + 1)); done; }
say begin
`;

/** `share`: how many of a hundred children are of this kind. `isHonest`: whatever befalls the machine, it does its work. */
const KINDS = [
  { name: "writes", isHonest: true, share: 26, script: "work 6; say done" },
  {
    name: "closes",
    isHonest: true,
    share: 16,
    script: 'work 4; say done; fleet bd close "$FLEET_TASK_ID" --reason "all of it"; work 1',
  },
  { name: "closes-and-stays", share: 6, script: 'work 2; say done; fleet bd close "$FLEET_TASK_ID"; sleep $LONG' },
  { name: "fails", share: 8, script: "work 2; echo the reason >&2; exit 3" },
  { name: "fails-once", share: 8, script: 'work 2; [ -e "$W/$N.second" ] || { : >"$W/$N.second"; exit 4; }; say done' },
  { name: "hangs", share: 5, script: "work 1; sleep $LONG" },
  { name: "hangs-deaf", share: 4, script: "trap '' TERM HUP INT; work 1; while :; do sleep $LONG; done" },
  {
    name: "leaves-a-daemon",
    share: 8,
    script: "work 2; setsid sh -c 'trap \"\" TERM; sleep '$LONG >/dev/null 2>&1 & work 2; say done",
  },
  {
    name: "has-a-tool",
    isHonest: true,
    share: 8,
    script: "setsid sh -c 'sleep 1.'$(($$ % 9)) & wait; work 2; say done",
  },
  {
    name: "asks",
    share: 4,
    script: 'work 2; fleet bd update "$FLEET_TASK_ID" --status blocked --notes "which one?" || exit 5; work 1',
  },
  {
    name: "comments",
    isHonest: true,
    share: 7,
    script: 'work 1; fleet bd comment "$FLEET_TASK_ID" "half way"; work 2; say done',
  },
];

/** `pace`: how many seconds longer than a moment each step takes; many children at once are slow ones. `only`: which kinds. */
export function child(draw, { dir, name, long, pace, only }) {
  const kinds = KINDS.filter(only);
  let left = draw() * kinds.reduce((sum, { share }) => sum + share, 0);
  const kind = kinds.find(({ share }) => (left -= share) < 0) ?? kinds[0];
  return { kind: kind.name, script: `${head(dir, name, long, pace)}${kind.script}\n` };
}
