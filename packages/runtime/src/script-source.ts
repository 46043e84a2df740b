import { readFileSync } from 'node:fs';
import { limits, operatorLimits } from '@sunbeon/contracts';

/** Lua pieces that several services include. */
const sharedPieces = new URL('./lua/', import.meta.url);

const textOf = (url: URL): string | null => {
  try {
    return readFileSync(url, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** What the settings of a process say instead of the catalogue. */
const replaced: { auditLogEntries?: number; auditLogMs?: number } = {};
/** How many entries an audit log keeps, and how long. To be called before the first script of a process runs: their texts contain it. */
export const keepAuditLogs = ({ entries, days }: { entries: number; days: number }): void => {
  replaced.auditLogEntries = entries;
  replaced.auditLogMs = days * 86_400_000;
};

/** Replaces `limits.<name>` by its number, so that Lua repeats no limit. */
const withLimits = (url: URL, text: string): string =>
  text.replace(/\blimits\.(\w+)/g, (_, name: string) => {
    const all: Record<string, number> = { ...limits, ...operatorLimits, ...replaced };
    if (!Object.hasOwn(all, name))
      throw new Error(`${url.pathname}: unknown limit "${name}"; limits are listed in packages/contracts/src/limits.ts`);
    return String(all[name]);
  });

/**
 * The text of a script as sent to Redis, prepared once per process. `-- include: <piece>` is replaced by the piece, from `../lua/` of the script's service
 * or from the runtime's `lua/`. Line 1 stays the shebang. Throws for an unknown piece or limit, and for a piece that is in both folders.
 */
export const readScript = (url: URL): string => {
  const ownPieces = new URL('../lua/', url);
  const pieceOf = (_: string, name: string): string => {
    const own = new URL(`${name}.lua`, ownPieces);
    const shared = new URL(`${name}.lua`, sharedPieces);
    const texts = [...new Set([own.href, shared.href])].flatMap((href) => textOf(new URL(href)) ?? []);
    const [text] = texts;
    if (text === undefined)
      throw new Error(`${url.pathname}: unknown piece "${name}"; neither ${own.pathname} nor ${shared.pathname} exists`);
    if (texts.length > 1) throw new Error(`${url.pathname}: piece "${name}" exists twice, as ${own.pathname} and ${shared.pathname}`);
    return text.trimEnd();
  };
  return withLimits(url, readFileSync(url, 'utf8').replace(/^-- include: (\S+)$/gm, pieceOf));
};
