import type { Verb } from "../verb.ts";
import { listTodos, verb as list } from "./todo-list.ts";

export const verb: Verb = {
  usage: "todo",
  summary: "TODO items: tasks, in short",
  examples: ["todo", 'todo add "Buy milk"', "todo done fleet-a3f"],
  flags: { ...list.flags },
  args: { max: 0 },
  subs: {
    add: { summary: "Add a TODO", load: () => import("./todo-add.ts") },
    list: { summary: "List TODOs", load: () => import("./todo-list.ts") },
    done: { summary: "Close TODOs", load: () => import("./todo-done.ts") },
  },
  run: listTodos,
};
