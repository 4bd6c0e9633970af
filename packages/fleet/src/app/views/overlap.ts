/** How likely work is to conflict: which of its files its target has changed since, and which other work that waits changes too. Pure. */
export interface Waiting {
  readonly id: string;
  /** Of whose repository its paths are. */
  readonly repository: string;
  /** The experiment that it is one of, while none is picked: of those one alone goes on. */
  readonly experiment?: string | undefined;
  /** Undefined if not known. */
  readonly files: readonly string[] | undefined;
  /** What its target has changed since the work began; undefined if it has none, or it is not known. */
  readonly onTarget: readonly string[] | undefined;
}

export interface Risk {
  /** Of its files those that the target has changed as well. */
  readonly target: readonly string[];
  /** Other work that waits, with the files that both change. */
  readonly tasks: readonly { readonly id: string; readonly files: readonly string[] }[];
  /** Not all of it could be looked at. */
  readonly isUnknown: boolean;
}

export function riskOf(own: Waiting, all: readonly Waiting[]): Risk {
  const mine = new Set(own.files);
  const common = (files: readonly string[] | undefined): string[] => (files ?? []).filter((path) => mine.has(path));
  const isAlternative = ({ experiment }: Waiting): boolean => experiment !== undefined && experiment === own.experiment;
  const others = all.filter((one) => one.id !== own.id && one.repository === own.repository && !isAlternative(one));
  return {
    target: common(own.onTarget),
    tasks: others.flatMap(({ id, files }) => {
      const both = common(files);
      return both.length === 0 ? [] : [{ id, files: both }];
    }),
    isUnknown: own.files === undefined,
  };
}
