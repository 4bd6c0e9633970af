/** `fleet mcp`: what agents that speak MCP get, asking a person and the queue; started by the coder, not by people. */
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
    // Servers of other attempts are none of an agent's that ends its own by `pkill node` or `pkill -f fleet`.
    nameProcess("mcp-server");
    // The protocol's code is 400 kB, which no other command is to load.
    const { serve } = await import("../../mcp/server.ts");
    await serve(io);
    return EXIT.ok;
  },
};
