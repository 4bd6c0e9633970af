/**
 * `config drift` and `config apply`. beads compares hooks, remote and server; a fleet home has only the remote: `federation.remote`
 * of `bd config` and `origin` of the home's repository, which `fleet sync` uses.
 */
import { gitSync } from "@fleet/store/git/run";
import { remoteUrl } from "@fleet/store/merge/remote";

export interface Drift {
  readonly check: "hooks" | "remote" | "server";
  /** info: nothing is configured, so nothing can differ. */
  readonly status: "ok" | "drift" | "info";
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
}

export interface Applied {
  readonly check: Drift["check"];
  readonly action: "none" | "add_remote" | "update_remote";
  readonly status: "ok" | "applied" | "dry_run" | "skipped" | "error";
  readonly message: string;
  readonly error?: string;
}

const SETTING = "federation.remote";

/** The wanted and the actual value; undefined for none. */
function remoteDrift(wanted: string | undefined, actual: string | undefined): Drift {
  const check = "remote";
  if (wanted === undefined || wanted === "") {
    const message = actual === undefined ? `${SETTING} is not set, and there is no origin` : `${SETTING} is not set`;
    return { check, status: "info", message };
  }
  if (actual === wanted) return { check, status: "ok", message: `origin is ${SETTING}` };
  const message = actual === undefined ? `${SETTING} is set, and there is no origin` : `origin is not ${SETTING}`;
  return { check, status: "drift", message, expected: wanted, actual: actual ?? "(no origin)" };
}

export function drifts(gitDir: string, config: Readonly<Record<string, string>>): readonly Drift[] {
  return [
    { check: "hooks", status: "ok", message: "no hooks are needed" },
    remoteDrift(config[SETTING], remoteUrl(gitDir, "origin")),
    { check: "server", status: "ok", message: "no server is needed" },
  ];
}

/** Sets `origin`; leaves everything else. */
export function applyDrift(gitDir: string, drift: Drift, how: "do" | "dry" | "inside"): Applied {
  const { check, status, message, expected = "", actual = "" } = drift;
  if (status !== "drift") return { check, action: "none", status: "ok", message };
  const isNew = actual === "(no origin)";
  const action = isNew ? "add_remote" : "update_remote";
  if (how === "inside")
    return { check, action, status: "skipped", message: "where the queue goes is decided by the person it is of" };
  if (how === "dry")
    return {
      check,
      action,
      status: "dry_run",
      message: `would make origin ${expected}${isNew ? "" : `, not ${actual}`}`,
    };
  const words = isNew ? ["remote", "add", "--", "origin", expected] : ["remote", "set-url", "--", "origin", expected];
  const { code, stderr } = gitSync(gitDir, words);
  if (code !== 0) return { check, action, status: "error", message: "git refused the remote", error: stderr.trim() };
  return { check, action, status: "applied", message: `origin is ${expected}; fleet sync goes there` };
}
