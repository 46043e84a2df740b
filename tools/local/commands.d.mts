export const root: string;
export const which: (name: string) => string | null;
export const run: (
  command: string,
  args: string[],
  options?: { quiet?: boolean; env?: Record<string, string>; cwd?: string; allowFailure?: boolean; limitSeconds?: number },
) => Promise<{ code: number | null; output: string }>;
