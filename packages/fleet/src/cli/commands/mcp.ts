/** `fleet mcp`: an MCP server with ask_human and the queue; started by the coder, not by people. */
import { nameProcess } from "@fleet/kit/process/title";

import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import type { Command } from "./command.ts";

export const mcp: Command = {
  json: false,
  options: {},
  examples: [
    ["claude mcp add fleet -- fleet mcp", "the queue in your own claude; attempts get it automatically"],
    ["codex mcp add fleet -- fleet mcp", "the same for codex"],
  ],
  run: async (io) => {
    openFleet(io);
    // Another agent's `pkill node` or `pkill -f fleet` must not kill this server, so its process title has neither word.
    nameProcess("mcp-server");
    // The MCP library is 400 kB; no other command should load it.
    const { serve } = await import("../../mcp/server.ts");
    await serve(io);
    return EXIT.ok;
  },
};
