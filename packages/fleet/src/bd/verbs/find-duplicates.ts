import { Refusal } from "../errors.ts";
import { cutNote, statusesGiven } from "../filters.ts";
import { alike } from "../similar.ts";
import type { Verb } from "../verb.ts";

const METHOD = "mechanical";

export const verb: Verb = {
  usage: "find-duplicates",
  summary: "Find issues with similar wording",
  about: "Compares the words of titles and descriptions: the mean of Jaccard and cosine similarity, 0 to 1.",
  flags: {
    method: { type: "string", values: [METHOD], help: `${METHOD}, the only one here`, default: METHOD },
    threshold: { type: "float", min: 0, max: 1, help: "Similarity, 0.0 to 1.0; lower finds more", default: "0.5" },
    status: {
      type: "string",
      home: "status",
      values: ["all"],
      short: "s",
      help: "Only issues with this status, or 'all' (default: all but closed)",
    },
    limit: { type: "int", min: 0, short: "n", help: "Maximum number of pairs to show", default: "50" },
    model: { type: "string", hidden: true, help: "Ignored" },
  },
  examples: ["find-duplicates", "find-duplicates --threshold 0.4 --limit 20", "find-duplicates --json"],
  args: { max: 0 },
  errors: "stderr",
  run: (ctx, args) => {
    const method = args.text("method") || METHOD;
    if (method === "ai") {
      throw new Refusal("'bd find-duplicates --method ai' is not supported by this store: it sends issues nowhere", {
        hint: "fleet bd find-duplicates --json, and let an agent judge the pairs",
      });
    }
    if (method !== METHOD) throw new Refusal(`invalid method ${JSON.stringify(method)} (use: ${METHOD}, ai)`);
    const threshold = args.number("threshold") ?? 0.5;
    const status = args.text("status") ?? "";
    const snapshot = ctx.snapshot();
    if (status !== "" && status !== "all") statusesGiven(snapshot.meta, status);
    const all = status === "" ? [...snapshot.live.values()] : snapshot.all();
    const issues = all.filter((issue) => status === "" || status === "all" || status.split(",").includes(issue.status));
    if (issues.length < 2) {
      if (ctx.json) ctx.print({ pairs: [], count: 0 });
      else ctx.say("Not enough issues to compare (need at least 2)");
      return;
    }
    const found = alike(issues, threshold);
    const limit = args.number("limit") ?? 50;
    const pairs = limit > 0 ? found.slice(0, limit) : found;
    if (ctx.json) {
      ctx.print({
        pairs: pairs.map(({ a, b, similarity }) => ({
          issue_a_id: a.id,
          issue_b_id: b.id,
          issue_a_title: a.title,
          issue_b_title: b.title,
          similarity,
          method,
        })),
        count: found.length,
        method,
        threshold,
      });
      if (pairs.length < found.length) ctx.warn(cutNote(pairs.length, found.length, "pairs"));
      return;
    }
    const percent = (part: number): string => `${Math.round(part * 100)}%`;
    if (pairs.length === 0) {
      ctx.say(`No similar issues found (threshold: ${percent(threshold)})`);
      return;
    }
    ctx.say(`🔍 Found ${found.length} potential duplicate pair(s) (threshold: ${percent(threshold)}):\n`);
    pairs.forEach(({ a, b, similarity }, at) => {
      ctx.say(`━━ Pair ${at + 1} (${percent(similarity)} similar):\n  ${a.id} ${a.title}\n  ${b.id} ${b.title}`);
      ctx.say(`  Compare: fleet bd show ${a.id} ${b.id}\n`);
    });
    if (pairs.length < found.length) ctx.warn(cutNote(pairs.length, found.length, "pairs"));
  },
};
