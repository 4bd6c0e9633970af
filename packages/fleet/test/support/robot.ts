/** A coder declared in config.yaml alone: it runs the task's description, whose JSON lines are its events. */
export const ROBOT = `
coders:
  robot: &robot
    argv: [sh, "{prompt_file}"]
    prompt: script
    events:
      - { when: { type: session }, event: session-started, fields: { session: id } }
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
      - { when: { type: usage }, event: usage, fields: { input: input, output: output, context: context, window: window } }
      - { when: { type: limit }, event: limit, fields: { state: state, scope: scope, until: until } }
      - { when: { type: question }, event: question, fields: { text: text } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text, cause: cause } }
  metered: *robot
  missing:
    argv: [/nowhere/to-be-found]
    prompt: stdin
`;

/** Another, which continues with a session and says what it costs; what else a test declares stands below. */
export const WORKER = `
coders:
  worker:
    argv: [sh, "{prompt_file}"]
    prompt: script
    resume: [sh, "{prompt_file}", "{session}"]
    events:
      - { when: { type: session }, event: session-started, fields: { session: id } }
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
      - { when: { type: usage }, event: usage, fields: { input: input, output: output, costUsd: costUsd, turns: turns } }
      - { when: { type: limit }, event: limit, fields: { state: state, scope: scope, until: until, window: window, utilization: utilization } }
      - { when: { type: result }, event: result, fields: { ok: ok, text: text, cause: cause } }
`;

/** A line of its stream, as a command. */
export const says = (event: Readonly<Record<string, unknown>>): string => `echo '${JSON.stringify(event)}'`;

export const TOOL = says({ type: "tool", name: "edit" });
export const RESULT = says({ type: "result", ok: true, text: "all done" });
/** Its work: one tool, and its task closed. */
export const DONE = `${TOOL}; fleet bd close "$FLEET_TASK_ID" --reason done >&2; ${RESULT}; exit 0`;
