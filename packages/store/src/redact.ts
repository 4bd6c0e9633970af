/** Takes secrets out of what is about to be written for ever: git forgets nothing. Pure. */
import type { Change } from "./decision.ts";
import { type Redact, redacted, redacting, type Secret } from "@fleet/kit/redact";

import type { Memories } from "./memories.ts";

function remembered(memories: Memories, redact: Redact): Memories {
  return { ...memories, values: new Map([...memories.values].map(([key, text]) => [redact(key), redact(text)])) };
}

/** The change as it may be written. */
export function withoutSecrets<C extends Change>(change: C, secrets: readonly Secret[] | undefined): C {
  if (secrets === undefined || secrets.length === 0) return change;
  const redact = redacting(secrets);
  return {
    ...change,
    subject: redact(change.subject),
    ...(change.body === undefined ? {} : { body: redact(change.body) }),
    ...(change.trailers === undefined ? {} : { trailers: redacted(change.trailers, redact) }),
    ...(change.issues === undefined ? {} : { issues: redacted(change.issues, redact) }),
    ...(change.memories === undefined ? {} : { memories: remembered(change.memories, redact) }),
    ...(change.files === undefined ? {} : { files: redacted(change.files, redact) }),
  };
}
