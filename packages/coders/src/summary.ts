/** One readable line for what a tool was asked to do. */
import * as z from "zod/mini";
import { read } from "./json.ts";
import { clip, oneLine } from "@fleet/kit/text";

const SUMMARY_LIMIT = 200;

/** The fields that say most, best first; the names are those of the tools of claude, opencode and gemini. */
const TELLING = ["command", "cmd", "file_path", "filePath", "path", "pattern", "url", "query", "description", "prompt"];

const Input = z.record(z.string(), z.unknown());

export function summarise(input: unknown): string {
  const fields = read(Input, input);
  if (fields === undefined) return typeof input === "string" ? short(input) : "";
  for (const name of TELLING) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return short(value);
  }
  return Object.keys(fields).length === 0 ? "" : short(JSON.stringify(fields));
}

/** The path that a writing tool names; none for any other tool. */
export function writesOf(tool: string, writers: ReadonlySet<string>, input: unknown): readonly string[] {
  const fields = writers.has(tool) ? read(Input, input) : undefined;
  const path = ["file_path", "filePath", "notebook_path", "path"].map((name) => fields?.[name]).find(isText);
  return path === undefined ? [] : [path];
}

/** The command of a shell tool. */
export const commandOf = (input: unknown): string | undefined => {
  const command = read(Input, input)?.["command"];
  return isText(command) ? command : undefined;
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

export function short(text: string): string {
  return clip(oneLine(text), SUMMARY_LIMIT);
}
