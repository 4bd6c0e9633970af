/** A progress bar on the terminal for long operations; prints nothing elsewhere. */
import { ours } from "@fleet/kit/printable";
import type { Ctx } from "./context.ts";

export interface Bar {
  readonly step: (done: number, of: number) => void;
  readonly done: () => void;
}

const WIDTH = 30;
/** Returns the cursor to the start of the line. */
const START = ours("\u001b[G");
/** Shorter operations show no bar. */
const WORTH_IT = 2000;

export function bar({ io, sink, quiet }: Pick<Ctx, "io" | "sink" | "quiet">, what: string): Bar {
  let last = -1;
  return {
    step: (done, of) => {
      if (!io.isTerminal.stderr || quiet || of < WORTH_IT) return;
      const percent = Math.floor((done / of) * 100);
      if (percent === last) return;
      last = percent;
      const full = Math.round((percent / 100) * WIDTH);
      sink.warn(
        `${START}${what} ${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${String(percent).padStart(3)} % of ${of}`,
      );
    },
    done: () => {
      if (last >= 0) sink.warn(`${START}${ours("\u001b[K")}`);
    },
  };
}
