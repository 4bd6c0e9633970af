/** Which coder command lines are here, and whether they look signed in: what `fleet coders` says. */
import { probeAll, type Probe } from "@fleet/coders/probe";
import { registry } from "@fleet/coders/registry";
import { homeExists, homePath } from "@fleet/store/home";
import { Store } from "@fleet/store/store";

import { parkReason, waiting } from "../../engine/core/accounts/park.ts";
import { rememberFound } from "../../engine/shell/state/found-coders.ts";
import { readParked } from "../../engine/shell/state/parked.ts";
import { type InForce, settingsInForce } from "../../settings/in-force.ts";
import { DEFAULTS } from "../../settings/defaults.ts";
import type { World } from "../open.ts";
import { settingsWarning } from "../settings/settled.ts";

/** A row of `fleet coders`; `--json` prints exactly this. */
export interface CoderRow {
  readonly name: string;
  readonly default: boolean;
  readonly kind: Probe["kind"];
  readonly path: string | null;
  readonly version: string | null;
  readonly signed_in: "yes" | "no" | "not needed" | "unknown" | null;
  /** The variable or file that makes it look signed in. */
  readonly how: string | null;
  readonly install: string | null;
  /** Why it does not answer. */
  readonly reason: string | null;
  /** Why nothing new starts on it. */
  readonly parked: string | null;
}

export interface CodersView {
  readonly coders: readonly CoderRow[];
  /** What is wrong with the settings that this was read from. */
  readonly warning: string | null;
}

/** Where there is no home yet, the defaults are what would hold. */
const NO_HOME: InForce = { config: DEFAULTS, unsettled: undefined, problems: [] };

const MISSING: Probe = { kind: "missing", install: "" };

/** Where each was found is remembered for the supervisor, whose PATH may be another. */
export async function codersView({ env, cwd, now }: World): Promise<CodersView> {
  const home = homePath(env, cwd);
  const there = homeExists(home);
  const settings = there ? settingsInForce(home, new Store(home)) : NO_HOME;
  const { config } = settings;
  const all = registry(config.coders);
  const probes = await probeAll(all.values(), env, env["HOME"] ?? "", config.env);
  const parked = there ? waiting(readParked(home), config.auto_resume, now()) : {};
  const why = (name: string): string | undefined => {
    const park = parked[name];
    return park === undefined ? undefined : parkReason(name, park, config.auto_resume);
  };
  const rows = [...all.keys()].map((name) =>
    coderRow(name, name === config.default_coder, probes.get(name) ?? MISSING, why(name)),
  );
  const found = rows.filter(({ kind }) => kind !== "missing").map(({ name }) => name);
  if (there) rememberFound(home, found, env["PATH"] ?? "");
  return { coders: rows, warning: settingsWarning(settings) ?? null };
}

function coderRow(name: string, isDefault: boolean, probe: Probe, parked: string | undefined): CoderRow {
  const found = probe.kind === "found" ? probe : undefined;
  return {
    name,
    default: isDefault,
    kind: probe.kind,
    path: probe.kind === "missing" ? null : probe.path,
    version: found?.version ?? null,
    signed_in: found?.signedIn ?? null,
    how: found?.how ?? null,
    install: probe.kind === "missing" && probe.install !== "" ? probe.install : null,
    reason: probe.kind === "broken" ? probe.reason : null,
    parked: parked ?? null,
  };
}
