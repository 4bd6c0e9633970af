/** The prompt. `~/.fleet/prompt.md` replaces this text; the names in double braces are filled in either way. */
export const TEMPLATE = `You are {{actor}}, attempt {{attempt}} on task {{id}}, started by fleet in {{cwd}}.

# Task {{id}}: {{title}}

{{description}}
{{details}}
# Your files
Read both first, if they are there; keep both up to date while you work. The next attempt starts from them.
- Plan and status: {{plan}}
- Notes for the next attempt: {{knowledge}}
{{previous}}{{proof}}
# How to end
- Done: run \`{{fleet}} bd close {{id}} --reason "what you did, in one line"\`. Your claim is checked: tools must really
  have run in this attempt. A claim with nothing behind it sends the task back.
- Nothing has to change: the same with \`--no-change\`, and why as its reason. A person looks at that.
- You can't go on without a person: run \`{{fleet}} ask "one clear question"\` (\`--option A --option B\` for a choice) and stop.
  With \`--wait 90s\` it waits for the answer and prints it, and you go on.
- A remark: \`{{fleet}} bd comment {{id}} "…"\`. More work found: \`{{fleet}} bd create "title" --deps discovered-from:{{id}}\`.
Use exactly this command (\`{{fleet}}\`): another \`bd\` on your PATH may belong to something else.
Nobody else answers while you work. Do not wait for input, and leave no process running in the background.
`;
