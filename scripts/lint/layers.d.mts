export const LAYERS: readonly { readonly name: string; readonly folders: readonly string[] }[];
export function layerOf(path: string): number | undefined;
export function trouble(from: string, to: string): string | undefined;
export function frontTrouble(from: string, to: string): string | undefined;
