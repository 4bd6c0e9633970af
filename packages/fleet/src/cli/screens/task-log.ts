/**
 * What an attempt did, as `fleet task ID log` prints it: one line for each finished tool, with its duration, and the end of its
 * output if it failed or if that is asked for. Standard error is interleaved and marked. Keeps the state of open tools.
 */
import { duration } from "@fleet/kit/duration";
import type { Paint } from "@fleet/kit/table";
import { withoutColours } from "@fleet/kit/text";
import { clockTime, day } from "@fleet/kit/when";
import { paragraph } from "@fleet/kit/width";
import { printable } from "@fleet/kit/printable";

import type { CoderEvent } from "../../app/terms.ts";
import type { Colours } from "../style.ts";

export interface LogScreen {
  readonly c: Colours;
  readonly width: number;
  /** Print every tool's output. */
  readonly verbose: boolean;
  /** Milliseconds since 1970: times of today are printed without a date. */
  readonly now: number;
}

interface Open {
  readonly at: number;
  readonly words: string;
  /** Its start has been printed. */
  readonly isTold: boolean;
}

/** "14:29:05  ". */
const TIME = " ".repeat(10);
const OUTPUT = `${TIME}  `;
/** Lines of a failed tool's output. */
const LAST_LINES = 10;
/** Shorter durations are not printed. */
const MOMENT = 1_000;
/** With -f a tool that has run for this long is printed before its end. */
const PATIENCE = 2_000;

const plain: Paint = (text) => text;

export class TaskLog {
  readonly #screen: LogScreen;
  readonly #open = new Map<string, Open>();
  #day: string;
  /** The model's last message, which some coders repeat as their result. */
  #said = "";

  constructor(screen: LogScreen) {
    this.#screen = screen;
    this.#day = day(screen.now);
  }

  /** `at`: RFC 3339. */
  event(at: string, event: CoderEvent): string[] {
    const millis = Date.parse(at);
    const { c } = this.#screen;
    switch (event.kind) {
      case "session-started":
        return this.#line(
          millis,
          `session ${event.session}${event.model === undefined ? "" : ` (${event.model})`}`,
          c.dim,
        );
      case "text":
        this.#said = event.text.trim();
        return this.#line(millis, event.text);
      case "tool-started":
        this.#open.set(event.id, { at: millis, words: `${event.tool}: ${event.summary}`, isTold: false });
        return [];
      case "tool-finished":
        return this.#finished(millis, event);
      case "usage":
      case "background":
      case "windows":
        return [];
      case "limit": {
        const until = event.until === undefined ? "" : ` until ${event.until}`;
        return this.#line(millis, `limit (${event.state}): ${event.detail}${until}`, c.yellow);
      }
      case "question":
        return this.#line(millis, `? ${event.text}`, c.yellow);
      case "waiting":
        return this.#line(millis, `? ${event.for}: ${event.text}`, c.yellow);
      case "result": {
        const text = event.text.trim() === this.#said ? "" : event.text;
        if (!event.ok) return this.#line(millis, `result, not ok: ${event.text}`, c.red);
        return this.#line(millis, text === "" ? "result: ok" : `result: ${text}`, c.green);
      }
      case "error":
        return this.#line(millis, `error: ${event.message}`, event.notice === true ? plain : c.red);
      case "unrecognised":
        return this.#line(millis, event.line);
    }
  }

  /** Tools still open: those that have run for a while, or all, once no more input comes. */
  open(now: number, all: boolean): string[] {
    const due = [...this.#open].filter(([, { at, isTold }]) => !isTold && (all || now - at > PATIENCE));
    return due.flatMap(([id, tool]) => {
      this.#open.set(id, { ...tool, isTold: true });
      return this.#line(tool.at, `▸ ${tool.words}`);
    });
  }

  /** A line of standard error; it has no timestamp. */
  stderr(line: string): string[] {
    return this.#output(`${TIME}! `, line, this.#screen.c.yellow);
  }

  #finished(millis: number, event: Extract<CoderEvent, { kind: "tool-finished" }>): string[] {
    const { c, verbose } = this.#screen;
    const began = this.#open.get(event.id);
    this.#open.delete(event.id);
    const took = began === undefined ? 0 : millis - began.at;
    const [mark, paint] = event.ok ? (event.untold === true ? ["•", plain] : ["✓", c.green]) : ["✗", c.red];
    const words = `${event.tool}: ${event.summary}${took < MOMENT ? "" : ` (${duration(took)})`}`;
    const output = event.ok && !verbose ? "" : withoutColours(event.output ?? "");
    const lines = output === "" ? [] : output.split("\n");
    return [
      ...this.#line(millis, words, plain, paint(`${mark} `)),
      ...lines.slice(verbose ? 0 : -LAST_LINES).flatMap((one) => this.#output(OUTPUT, one, c.dim)),
    ];
  }

  #line(millis: number, text: string, paint: Paint = plain, mark = ""): string[] {
    const { c, width } = this.#screen;
    const date = day(millis);
    const heading = date === this.#day ? [] : [c.dim(date)];
    this.#day = date;
    const indent = mark === "" ? TIME : OUTPUT;
    const [first = "", ...rest] = paragraph(printable(withoutColours(text.trimEnd())), width, indent);
    const painted = (line: string): string =>
      line.trim() === "" ? "" : `${indent}${paint(line.slice(indent.length))}`;
    return [
      ...heading,
      `${c.dim(clockTime(millis))}  ${mark}${paint(first.slice(indent.length))}`,
      ...rest.map(painted),
    ];
  }

  #output(indent: string, line: string, paint: Paint): string[] {
    const text = printable(withoutColours(line.trimEnd()));
    return paragraph(text, this.#screen.width, indent).map((part) => paint(part));
  }
}
