/** The receipt of an attempt as `--json` prints it: null for what was not looked at, or is not there. Pure. */
import { type Receipt, RECEIPT_FIELDS } from "../../attempts/records/receipt.ts";

const ABSENT = Object.fromEntries(RECEIPT_FIELDS.map((name) => [name, null]));

export function receiptView(receipt: Receipt): object {
  const { tools, base, files, residuals, checks, on_base, usage, all } = receipt;
  const told = Object.entries(tools ?? {}).map(([name, tally]) => [name, { untold: null, ...tally }] as const);
  return {
    ...ABSENT,
    ...receipt,
    ...(tools === undefined ? {} : { tools: Object.fromEntries(told) }),
    ...(base === undefined ? {} : { base: { commit: null, ...base } }),
    ...(files === undefined ? {} : { files: { note: null, added: null, deleted: null, lines: null, ...files } }),
    ...(residuals === undefined ? {} : { residuals: { unpushed: null, ...residuals } }),
    ...(checks === undefined ? {} : { checks: checks.map((one) => ({ code: null, at: null, flaky: false, ...one })) }),
    ...(on_base === undefined
      ? {}
      : { on_base: on_base.map((one) => ({ commit: null, code: null, lacks: [], ...one })) }),
    ...(usage === undefined ? {} : { usage: { cost_usd: null, turns: null, context: null, window: null, ...usage } }),
    ...(all === undefined ? {} : { all: { usd: null, ...all } }),
  };
}
