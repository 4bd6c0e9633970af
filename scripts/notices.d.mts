export interface Notice {
  readonly name: string;
  readonly licence: string;
  readonly text: string;
}

export const ALLOWED: ReadonlySet<string>;
export function packagesOf(
  moduleIds: readonly string[],
  own: string,
  virtual: Readonly<Record<string, string>>,
): string[];
export function packageDirectory(file: string): string;
export function isAllowed(expression: unknown): boolean;
export function noticeOf(dir: string): Notice;
export function noticesText(notices: readonly Notice[]): string;
