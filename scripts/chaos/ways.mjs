/** Surroundings that the system may refuse: each is what stands before a command, or a word on why there is none. */
import { spawnSync } from "node:child_process";

const runs = ([file, ...args]) => spawnSync(file, args, { stdio: "ignore" }).status === 0;

/** The first that runs. */
const oneOf = (ways, why) => {
  const before = ways.find((way) => runs([...way, "true"]));
  return before === undefined ? { why } : { before };
};

const namespaces = (...kinds) =>
  oneOf(
    [["unshare"], ["unshare", "--user", "--map-root-user"]].map((way) => [...way, ...kinds]),
    `unshare ${kinds.join(" ")} is not permitted here`,
  );

export const ownMounts = () => namespaces("--mount");
const CONTAINER = ["--pid", "--fork", "--kill-child", "--mount-proc"];
export const container = () => namespaces(...CONTAINER);

/** The same, under a first process that reaps: a node as the first one would not. */
export function reapedContainer() {
  const found = container();
  return found.before === undefined ? found : { before: [...found.before, "sh", "-c", '"$@"; exit $?', "sh"] };
}

const UID = "4242";
/** A process of another user than root, whom nothing limits, with so many processes and threads at most. */
export const limitedUser = (processes, file) =>
  oneOf(
    [["setpriv", "--reuid", UID, "--regid", UID, "--clear-groups", "prlimit", `--nproc=${processes}`]].filter((way) =>
      runs([...way, "test", "-r", file]),
    ),
    "no other user can be had here (setpriv, prlimit)",
  );

/** `prlimit`, which changes the limits of a process that runs. */
export const prlimit = () => oneOf([["prlimit", "--"]], "there is no prlimit here").why;

export const anywhere = () => ({ before: [] });
