/** `fleet top`: reads the fleet every second, handles keys, and carries out what they decide. */
import { setTimeout as sleep } from "node:timers/promises";

import { rawTerminal } from "@fleet/kit/raw-terminal";

import { canDraw } from "../app/can-draw.ts";
import { CommandError, EXIT } from "../app/errors.ts";
import type { Io } from "../app/io.ts";
import { rings } from "../app/notify/bell.ts";
import type { Fleet } from "../app/open.ts";
import { lastLook, lookedAfter, rememberLook } from "../app/views/last-look.ts";
import { TopLooks } from "../app/views/top-looks.ts";
import { millis } from "../app/terms.ts";
import { colours } from "../cli/style.ts";
import { drawn, ENTER, LEAVE } from "./draw.ts";
import { decodeKeys, isPasting, type Key } from "./keys.ts";
import { press, SPLIT } from "./press.ts";
import {
  type Deed,
  finishedOn,
  type Pane,
  type PaneKind,
  seen,
  START,
  type State,
  type Wish,
  withCursor,
} from "./state.ts";
import { troubleText } from "./trouble-text.ts";
import { view } from "./view.ts";

/** Milliseconds: between two readings; and how long to wait for the rest of a key sequence. */
const EACH = 1_000;
const SEQUENCE = 40;

type Shown = Exclude<PaneKind, "output">;

export async function top(fleet: Fleet, io: Io): Promise<void> {
  if (!canDraw(io)) throw new CommandError("fleet top needs a terminal to draw on", "fleet top --once", EXIT.usage);
  const c = colours(io);
  const plain = colours({ env: { NO_COLOR: "1" }, isTerminal: io.isTerminal });
  const over = new AbortController();
  const ending = new Promise<void>((resolve) => over.signal.addEventListener("abort", () => resolve(), { once: true }));
  let looked = lastLook(fleet.home, fleet.now());
  const shown = new Map<string, string>();
  let state: State = START;
  let before: readonly string[] | undefined;
  let rowOn: ReadonlyMap<number, number> = new Map();
  let reading: AbortController | undefined;
  let rest = "";
  let waiting: NodeJS.Timeout | undefined;

  let failure: { readonly error: unknown } | undefined;
  /** An unexpected error ends the program: the terminal is restored first, then it is printed. */
  const guarded = (work: () => void): void => {
    if (over.signal.aborted) return;
    try {
      work();
    } catch (error) {
      failure ??= { error };
      over.abort();
    }
  };
  const draw = (): void => guarded(drawAnew);
  const drawAnew = (): void => {
    const { columns, rows } = terminal.size();
    const screenful = view(state, columns, rows, { c, now: fleet.now() });
    state = { ...state, offset: screenful.offset };
    ({ rowOn } = screenful);
    for (const { id, closed_at } of finishedOn(state, rowOn)) shown.set(id, closed_at);
    const text = drawn(before, screenful.lines);
    // A failed write is made good by redrawing everything at the next change.
    before = text === "" || terminal.write(text) ? screenful.lines : undefined;
  };
  const change = (next: State): void => {
    state = next;
    draw();
  };
  const trouble = (error: unknown): void =>
    change({ ...state, message: { kind: "trouble", text: troubleText(error) } });
  const paneWidth = (): number => {
    const { columns } = terminal.size();
    return columns < SPLIT ? columns : columns - Math.floor(columns * 0.45) - 2;
  };
  const screen = () => ({ c: plain, width: paneWidth(), now: fleet.now() });

  const looks = new TopLooks(fleet);
  const look = async (anew = false): Promise<void> => {
    try {
      const next = await looks.look(looked, anew);
      const before = state.view;
      change(seen(state, next.view));
      if (await rings(fleet, before, next)) terminal.ring();
      const { pane } = state;
      if (pane?.kind === "details" && pane.id !== null) await read(pane.kind, pane.id, over.signal);
    } catch (error) {
      trouble(error);
    }
  };
  /** Only if that pane is still open. */
  const fill = (of: Pick<Pane, "kind" | "id">, lines: readonly string[]): void => {
    const { pane } = state;
    if (pane !== undefined && pane.kind === of.kind && pane.id === of.id)
      change({ ...state, pane: { ...pane, lines } });
  };
  const read = async (kind: Shown, id: string, stop: AbortSignal): Promise<void> => {
    const panes = await import("./panes.ts");
    const tell = (lines: readonly string[]): void => fill({ kind, id }, lines);
    if (kind === "details") tell(await panes.detailsLines(fleet, id, screen()));
    else if (kind === "diff") tell(await panes.diffLines(fleet, id));
    else await panes.logLines(fleet, id, screen(), tell, stop);
  };
  const open = async (kind: Shown, id: string): Promise<void> => {
    reading?.abort();
    const mine = new AbortController();
    reading = mine;
    const title = `${id} ${kind === "details" ? "" : kind}`.trimEnd();
    change({ ...state, pane: { kind, id, title, lines: ["…"], offset: kind === "log" ? Infinity : 0 } });
    try {
      await read(kind, id, AbortSignal.any([mine.signal, over.signal]));
    } catch (error) {
      if (!mine.signal.aborted) fill({ kind, id }, [troubleText(error)]);
    }
  };
  const decide = async (deeds: readonly Deed[]): Promise<void> => {
    const { done } = await import("./do.ts");
    const told: string[] = [];
    for (const deed of deeds) {
      try {
        if (deed.kind === "command")
          change({ ...state, message: { kind: "done", text: `running: fleet ${deed.words}` } });
        const came = await done(fleet, deed, paneWidth());
        if (came.kind === "said") told.push(came.text);
        else if (came.text.trim().split("\n").length > 1) {
          const lines = came.text.replace(/\n$/, "").split("\n");
          change({ ...state, pane: { kind: "output", id: null, title: `fleet ${came.words}`, lines, offset: 0 } });
        } else if (!came.isDone) throw new Error(came.text.trim() || `fleet ${came.words} failed`);
        else told.push(came.text.trim() || `fleet ${came.words}: done`);
      } catch (error) {
        await look(true);
        trouble(error);
        return;
      }
    }
    await look(true);
    if (told.length > 0) change({ ...state, message: { kind: "done", text: told.join("; ") } });
  };

  const fulfil = (wish: Wish): void => {
    switch (wish.kind) {
      case "quit":
        over.abort();
        return;
      case "redraw":
        before = undefined;
        draw();
        return;
      case "suspend":
        terminal.suspend();
        return;
      case "seen":
        looked = { since: state.view === undefined ? looked.since : millis(state.view.at), seen: new Map() };
        shown.clear();
        rememberLook(fleet.home, looked);
        void look(true);
        return;
      case "open":
        void open(wish.pane, wish.id);
        return;
      case "do":
        void decide(wish.deeds);
    }
  };
  const pressed = (key: Key): void => {
    const size = terminal.size();
    if (key.kind === "click") {
      const at = rowOn.get(key.row);
      if (at !== undefined && state.asking === undefined) change(withCursor(state, at));
      return;
    }
    const { state: next, wish } = press(state, key, size);
    if (next.pane === undefined) reading?.abort();
    change(next);
    if (wish !== undefined) fulfil(wish);
  };
  const typed = (text: string): void => {
    clearTimeout(waiting);
    const decoded = decodeKeys(rest + text, false);
    ({ rest } = decoded);
    for (const key of decoded.keys) guarded(() => pressed(key));
    // A paste may take long to arrive; none of it is keys.
    if (rest === "" || isPasting(rest)) return;
    waiting = setTimeout(() => {
      const { keys } = decodeKeys(rest, true);
      rest = "";
      for (const key of keys) guarded(() => pressed(key));
    }, SEQUENCE);
  };

  const terminal = rawTerminal(ENTER, LEAVE, {
    typed,
    resized: () => {
      before = undefined;
      draw();
      void look();
    },
    resumed: () => {
      before = undefined;
      draw();
    },
    ended: () => over.abort(),
  });
  io.onInterrupt?.(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"], () => over.abort());
  terminal.enter();
  try {
    draw();
    while (!over.signal.aborted) {
      await Promise.race([look(), ending]);
      await sleep(EACH, undefined, { signal: over.signal }).catch(() => undefined);
    }
  } finally {
    clearTimeout(waiting);
    reading?.abort();
    terminal.leave();
    if (failure === undefined && state.view !== undefined)
      rememberLook(fleet.home, lookedAfter(looked, state.view, shown));
  }
  if (failure !== undefined) throw failure.error;
}
