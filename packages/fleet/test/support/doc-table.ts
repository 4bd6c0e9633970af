/** Tables in the docs that are those in the code; FLEET_WRITE_DOCS=1 writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** Without what a formatter pads. */
const plain = (text: string): string =>
  text.replaceAll(/ {2,}/g, " ").replaceAll("| |", "|  |").replaceAll(/-{3,}/g, "---");

/** Between `<!-- NAME -->` and `<!-- end -->` a page of the docs has this table. */
export function expectTable(page: string, name: string, expected: string): void {
  const path = fileURLToPath(new URL(`../../../../docs/${page}`, import.meta.url));
  const text = readFileSync(path, "utf8");
  const part = new RegExp(`(?<=<!-- ${name} -->\n\n)[^]*?(?=\n\n<!-- end -->)`);
  if (process.env["FLEET_WRITE_DOCS"] === "1")
    writeFileSync(
      path,
      text.replace(part, () => expected),
    );
  else expect(plain(part.exec(text)?.[0] ?? "")).toBe(plain(expected));
}
