/**
 * Every way in which the store says no. An error carries what was wrong, where, and the command that fixes it;
 * it is turned into text and an exit code in one place, in the fleet package.
 */
import { type ErrorDetails, FleetError } from "@fleet/kit/errors";

export type StoreErrorCode =
  /** No issue by that id, or by a part of it. */
  | "not-found"
  /** A part of an id that fits several issues. */
  | "ambiguous"
  /** A value that the store does not take (title, priority, type, status, id, edge). */
  | "invalid"
  /** The issue is held by somebody else, or its status does not allow a claim. */
  | "not-claimable"
  /** A guard (pinned, open blockers, open children, a held claim) that `--force` or a person has to lift. */
  | "guarded"
  /** The edge would close a cycle. */
  | "cycle"
  /** The home is not a fleet home, or of a newer format. */
  | "home"
  /** What git holds can't be read or decoded: it is unknown, which is not the same as absent. */
  | "unreadable"
  /** The write could not be made: disk, permission, a lock that somebody else holds, git missing. */
  | "unwritable";

export class StoreError extends FleetError {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details);
    this.code = code;
  }
}
