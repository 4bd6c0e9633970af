/** Strongly connected components with a cycle in them (Tarjan's), without recursion: chains may be long. */
export function components<T extends string>(roots: readonly T[], next: (id: T) => readonly T[]): T[][] {
  const seen = new Map<T, { low: number; readonly index: number; onStack: boolean }>();
  const stack: T[] = [];
  const found: T[][] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    const work: { readonly id: T; readonly targets: readonly T[]; at: number }[] = [];
    const enter = (id: T): void => {
      seen.set(id, { low: seen.size, index: seen.size, onStack: true });
      stack.push(id);
      work.push({ id, targets: next(id), at: 0 });
    };
    enter(root);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const node = seen.get(frame.id);
      const target = frame.targets[frame.at++];
      if (node === undefined) break;
      if (target !== undefined) {
        const there = seen.get(target);
        if (there === undefined) enter(target);
        else if (there.onStack) node.low = Math.min(node.low, there.index);
        continue;
      }
      work.pop();
      const above = work.at(-1);
      const parent = above === undefined ? undefined : seen.get(above.id);
      if (parent !== undefined) parent.low = Math.min(parent.low, node.low);
      if (node.low !== node.index) continue;
      const component: T[] = [];
      for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
        const member = seen.get(id);
        if (member !== undefined) member.onStack = false;
        component.push(id);
        if (id === frame.id) break;
      }
      const isLoop = component.length > 1 || frame.targets.includes(frame.id);
      if (isLoop) found.push(component);
    }
  }
  return found;
}
