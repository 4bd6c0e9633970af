/** The receipt of an attempt as `--json` prints it: null for what was not looked at, or is not there. Pure. */
import type { Receipt } from "../../attempts/records/record.ts";

/** What a receipt may lack. */
const ABSENT = {
  closed_from_inside: null,
  tools: null,
  exit_code: null,
  files: null,
  commits: null,
  residuals: null,
  checks: null,
  missing: null,
  outside: null,
  usage: null,
  duration_ms: null,
  overlapped: null,
} as const;

export function receiptView(receipt: Receipt): object {
  const { tools, files, residuals, checks, usage } = receipt;
  const told = Object.entries(tools ?? {}).map(([name, tally]) => [name, { untold: null, ...tally }] as const);
  return {
    ...ABSENT,
    ...receipt,
    ...(tools === undefined ? {} : { tools: Object.fromEntries(told) }),
    ...(files === undefined ? {} : { files: { note: null, ...files } }),
    ...(residuals === undefined ? {} : { residuals: { unpushed: null, ...residuals } }),
    ...(checks === undefined ? {} : { checks: checks.map((one) => ({ code: null, ...one })) }),
    ...(usage === undefined ? {} : { usage: { cost_usd: null, turns: null, context: null, window: null, ...usage } }),
  };
}
