/** Which checks passed on which tree, so that a repeated landing does not run them again. Failures are not kept. */
import * as z from "zod/mini";

import { writeDerived } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";

const schema = z.array(
  z.object({
    tree: z.string(),
    command: z.string(),
    below: z.string(),
    /** How the tree was set up. */
    setup: z._default(z.string(), ""),
  }),
);
export type GreenTree = z.infer<typeof schema>[number];

const MOST = 200;

const pathOf = (dir: string): string => `${dir}.green.json`;
const read = (dir: string): GreenTree[] => readJsonAs(pathOf(dir), schema) ?? [];

export const isGreen = (dir: string, { tree, command, below, setup }: GreenTree): boolean =>
  read(dir).some((one) => one.tree === tree && one.command === command && one.below === below && one.setup === setup);

export const noteGreen = (dir: string, one: GreenTree): void =>
  writeDerived(pathOf(dir), () => `${JSON.stringify([...read(dir), one].slice(-MOST))}\n`);
