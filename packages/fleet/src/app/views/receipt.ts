/** The receipt of an attempt as `--json` prints it: null for what was not looked at, or is not there. Pure. */
import { type Receipt, RECEIPT_FIELDS } from "../../attempts/records/record.ts";

const ABSENT = Object.fromEntries(RECEIPT_FIELDS.map((name) => [name, null]));

export function receiptView(receipt: Receipt): object {
  const { tools, files, residuals, checks, usage } = receipt;
  const told = Object.entries(tools ?? {}).map(([name, tally]) => [name, { untold: null, ...tally }] as const);
  return {
    ...ABSENT,
    ...receipt,
    ...(tools === undefined ? {} : { tools: Object.fromEntries(told) }),
    ...(files === undefined ? {} : { files: { note: null, ...files } }),
    ...(residuals === undefined ? {} : { residuals: { unpushed: null, ...residuals } }),
    ...(checks === undefined ? {} : { checks: checks.map((one) => ({ code: null, flaky: false, ...one })) }),
    ...(usage === undefined ? {} : { usage: { cost_usd: null, turns: null, context: null, window: null, ...usage } }),
  };
}
