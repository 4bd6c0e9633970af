/** UUIDs: version 4 for attempts and sessions, version 7 (RFC 9562: time first) for comments, as bd makes them. */
import { crypto } from "./node.ts";

export const uuid4 = (): string => crypto().randomUUID();

export function uuid7(now: number = Date.now()): string {
  const bytes = crypto().randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
