/** The state of the protected files before an attempt began, decoded. */
import { join } from "node:path";
import * as z from "zod/mini";

import { ifReadable } from "@fleet/kit/errors";
import { readJsonAs } from "@fleet/kit/json";
import { MIB } from "@fleet/kit/read";

import { marks } from "../evidence/marks.ts";
import { FILES } from "../records/files.ts";

const texts = z.array(z.string());

const kept = z.object({
  hooks: texts,
  configs: texts,
  top: z.string(),
  /** Directories, and files. */
  dirs: texts,
  paths: texts,
  /** The attempt is a script: all of it is known by its words. */
  script: z.optional(z.boolean()),
  /** Keys by configuration file. */
  config: z.record(z.string(), z.record(z.string(), texts)),
  files: marks,
  copies: z.record(z.string(), z.string()),
  /** Where what was a link led. */
  links: z.record(z.string(), z.string()),
});
export type Kept = z.infer<typeof kept>;

/** As fleets wrote it that watched one directory of hooks and one configuration. */
const former = z.object({
  hooks: z.optional(z.string()),
  settings: z.optional(z.string()),
  top: z.string(),
  paths: texts,
  config: z.record(z.string(), texts),
  files: marks,
  copies: z.record(z.string(), z.string()),
});

const written = z.union([
  kept,
  z.pipe(
    former,
    z.transform(({ hooks, settings, config, ...rest }): Kept => {
      const configs = settings === undefined ? [] : [settings];
      const byFile = Object.fromEntries(configs.map((path) => [path, config]));
      return { ...rest, hooks: hooks === undefined ? [] : [hooks], configs, dirs: [], config: byFile, links: {} };
    }),
  ),
]);

export const readKept = (dir: string): Kept | undefined =>
  ifReadable(() => readJsonAs(join(dir, FILES.protected), written, { most: MIB }));
