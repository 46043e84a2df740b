/** Causes of an error that are shown. */
const causes = 3;
const messageCharacters = 500;
export const stackCharacters = 4_000;

export interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError;
}

/** What a line shows of an error. Nothing else of it: clients of Redis and HTTP put arguments, headers and addresses on their errors. */
export const errorOf = (error: unknown, depth = 0): LoggedError => {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, messageCharacters) };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    message: error.message.slice(0, messageCharacters),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code).slice(0, messageCharacters) } : {}),
    ...(error.stack === undefined || depth > 0 ? {} : { stack: error.stack.slice(0, stackCharacters) }),
    ...(cause instanceof Error && depth < causes ? { cause: errorOf(cause, depth + 1) } : {}),
  };
};

/** Settings that are secrets. The parts of a list are secrets of their own; of `<name>:<secret>` the last part is. */
const secretSettings = [
  'TOKEN_SECRET',
  'MEMBER_SECRET',
  'ADMIN_TOKEN',
  'OPERATORS',
  'SHOP_KEYS',
  'PASS_KEYS',
  'PAGE_SECRET',
  'OIDC_CLIENT_SECRET',
] as const;
/** Shorter texts are part of ordinary words; no secret of the settings is that short. */
const shortestSecret = 8;

const passwordOf = (url: unknown): string[] => {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)];
};

/** The secrets of a service's settings. */
export const secretsIn = (settings: object): string[] => {
  const values = settings as Record<string, unknown>;
  const listed = secretSettings.flatMap((name) => {
    const value = values[name];
    if (typeof value !== 'string') return [];
    const parts = value.split(',').map((part) => part.trim());
    return [...parts, ...parts.map((part) => part.slice(part.lastIndexOf(':') + 1))];
  });
  return [...new Set([...listed, ...passwordOf(values['REDIS_URL'])])].filter((secret) => secret.length >= shortestSecret);
};

const escaped = (text: string): string =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Signed tokens, whoever made them; and what follows `Bearer`. */
const tokenPattern = /eyJ[\w-]+\.[\w-]+(\.[\w-]*)?|\bBearer\s+[\w.~+/=-]+/gi;
/** Control characters and directions of text: JSON lets them pass, a terminal obeys them. */
const controlPattern = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const codePoint = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A line as it may be written: secrets and tokens replaced, control characters escaped. The line stays the same JSON otherwise. */
export const masked = (secrets: readonly string[]): ((line: string) => string) => {
  const known =
    secrets.length === 0
      ? null
      : new RegExp(
          [...secrets]
            .sort((a, b) => b.length - a.length)
            .map(escaped)
            .join('|'),
          'g',
        );
  return (line) => {
    const plain = line.replace(tokenPattern, '[token]').replace(controlPattern, codePoint);
    return known === null ? plain : plain.replace(known, '[secret]');
  };
};
