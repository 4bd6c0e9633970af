/**
 * Literal secrets in the settings. config.yaml is committed at every change, so a key written into it would stay in the
 * history for ever: it is found before that, in what was read from YAML, and named without being repeated. Pure.
 */
import { isObject } from "@fleet/kit/is-object";

/** A variable that holds a secret, by its name. */
const SECRET_NAME = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$/i;

/** Text that is a secret, whatever it is called: keys by their providers' marks, and a password in an address. */
const SECRET_TEXT =
  /(^|[^A-Za-z0-9])(sk-[A-Za-z0-9_-]{6,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{8,}|AIza[\w-]{20,}|AKIA[A-Z0-9]{12,}|eyJ[\w-]{10,}\.[\w-]{10,})|:\/\/[^/\s:@]+:[^/\s@]+@/;

/** Obviously no secret: what says so itself, switches, paths. */
const HARMLESS = /(^|[^A-Za-z])(fake|dummy|example|placeholder)([^A-Za-z]|$)|^(|0|1|true|false)$|^~?\/[^+=]*$/i;

const looksSecret = (name: string, text: string): boolean =>
  !HARMLESS.test(text) && (SECRET_NAME.test(name) || SECRET_TEXT.test(text));

function found(value: unknown, path: readonly string[]): string[] {
  if (typeof value === "string") return looksSecret(path.at(-1) ?? "", value) ? [path.join(".")] : [];
  if (typeof value === "number") return SECRET_NAME.test(path.at(-1) ?? "") && value > 1 ? [path.join(".")] : [];
  if (Array.isArray(value)) return value.flatMap((one, i) => found(one, [...path, String(i)]));
  // A key may stand before the colon too.
  if (isObject(value))
    return Object.entries(value).flatMap(([name, below]) =>
      SECRET_TEXT.test(name) && !HARMLESS.test(name) ? [path.join(".")] : found(below, [...path, name]),
    );
  return [];
}

/** What is wrong, one line each; the secret is not in it. */
export function literalSecrets(written: unknown): string[] {
  return found(written, []).map(
    (place) => `${place}: looks like a literal secret, and config.yaml is kept in git. ${mend(place)}`,
  );
}

function mend(place: string): string {
  const [section, owner = "NAME"] = place.split(".");
  const name = place.split(".").at(-1) ?? "";
  const variable = SECRET_NAME.test(name) ? name : "API_KEY";
  const secrets = `secrets: {${variable}: {file: ~/.secrets/${owner}}}`;
  const account = section === "accounts" ? secrets : `accounts: {${owner}: {coder: ${owner}, ${secrets}}}`;
  return `Put it into a file (chmod 600) or a variable and write ${account}`;
}
