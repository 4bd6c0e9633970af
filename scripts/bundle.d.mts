export function bundle(from: string, file: string): Promise<void>;
