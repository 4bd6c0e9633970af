declare const FLEET_VERSION: string | undefined;

/** Set by the build; "dev" when the sources run. */
export const VERSION: string = typeof FLEET_VERSION === "string" ? FLEET_VERSION : "dev";
