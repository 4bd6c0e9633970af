/** The records of concurrent attempts in the same directory: their tools, their commits. */
import { resolve } from "node:path";

import { ifReadable } from "@fleet/kit/errors";

import { spansOf } from "../protect/others.ts";
import { readRan } from "../ran/ran.ts";
import { NO_GIT } from "../ran/trace.ts";
import { dirOf } from "../records/paths.ts";
import { readAttempt } from "../records/record.ts";
import type { OverlapSeen } from "./attributed.ts";
import type { Overlap } from "./files.ts";
import { toolsRan } from "./tools.ts";

/** An attempt whose record is gone or unreadable is known only by its name. */
export const besideOf = (home: string, overlaps: readonly Overlap[]): OverlapSeen[] =>
  overlaps.map(({ task, n, uuid }) => {
    const dir = dirOf(home, task, { n, uuid });
    const told = ifReadable(() => {
      const cwd = readAttempt(dir)?.cwd ?? "/";
      const { written, worded } = toolsRan(dir);
      const absolute = (path: string): string => resolve(cwd, path);
      return {
        written: written.map(absolute),
        worded: worded.map(absolute),
        ran: readRan(dir) ?? NO_GIT,
        spans: spansOf(dir),
      };
    });
    return { task, n, ...(told ?? { written: [], worded: [], ran: NO_GIT, spans: [] }) };
  });
