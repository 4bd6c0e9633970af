/** Who is ended from outside. */

export const WAIT = 'echo $$ >>"ran.$FLEET_TASK_ID"; while [ ! -e go ]; do sleep 0.05; done';

/** What is hit at once ends within this, however busy the machine. */
export const LOADED = { signalBurst: 60_000 };
