/** An experiment as one HTML page: its tasks side by side, each with its diff. It loads nothing and has no scripts. Pure. */
import { duration } from "@fleet/kit/duration";
import { short, usdText } from "@fleet/kit/figures";

import type { ComparedTask } from "../../app/views/experiment.ts";
import { checksText, withModel } from "../attempt-words.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}
table{border-collapse:collapse}th,td{padding:.3rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid #ccc}
pre{overflow:auto;background:#f6f6f6;padding:1rem}ins{color:#176f2c;text-decoration:none}del{color:#a11;text-decoration:none}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#222}ins{color:#7bd88f}del{color:#ff8080}}`;

interface Page {
  readonly title: string;
  readonly description: string;
  readonly tasks: readonly ComparedTask[];
  /** By task id. */
  readonly diffs: ReadonlyMap<string, string>;
}

export function experimentPage({ title, description, tasks, diffs }: Page): string {
  const head = [
    "task",
    "coder",
    "state",
    "outcome",
    "grade",
    "checks",
    "took",
    "tokens",
    "cost",
    "lines",
    "files",
    "in common",
    "not verified",
  ];
  const rows = tasks.map((task) =>
    cells(task)
      .map((cell) => `<td>${cell}</td>`)
      .join(""),
  );
  const shown = tasks.map(({ id, coder, model }) => {
    const diff = diffs.get(id) ?? "";
    return `<details><summary>${escaped(id)} (${escaped(withModel(coder, model))})</summary><pre>${diff === "" ? "no change" : marked(diff)}</pre></details>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<pre>${escaped(description)}</pre>
<table><thead><tr>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row}</tr>`).join("\n")}</tbody></table>
<h2>Changes</h2>
${shown.join("\n")}
</body></html>
`;
}

function cells(task: ComparedTask): string[] {
  const { id, coder, model, state, outcome, grade, checks, duration_ms, tokens, cost_usd, added, deleted, files } =
    task;
  return [
    id,
    withModel(coder, model),
    state,
    outcome ?? "",
    grade ?? "",
    checksText(checks),
    duration_ms === null ? "" : duration(duration_ms),
    tokens === null ? "" : short(tokens),
    cost_usd === null ? "" : usdText(cost_usd),
    added === null ? "" : `+${added} -${deleted ?? 0}`,
    (files ?? []).join("\n"),
    task.common.map((one) => `${one.id}: ${one.files.join(", ")}`).join("\n"),
    task.unverified.join("\n"),
  ].map((text) => escaped(text).replaceAll("\n", "<br>"));
}

const marked = (diff: string): string =>
  diff
    .split("\n")
    .map((line) => {
      if (line.startsWith("+")) return `<ins>${escaped(line)}</ins>`;
      return line.startsWith("-") ? `<del>${escaped(line)}</del>` : escaped(line);
    })
    .join("\n");
