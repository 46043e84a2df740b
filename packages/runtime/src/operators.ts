import { createHash, timingSafeEqual } from 'node:crypto';
import { isOperatorRole, mayAs, operatorRoles, type OperatorRole, type PublicRoute } from '@sunbeon/contracts';
import { CodedError } from './problems.ts';
import { SettingsError } from './settings-error.ts';
import { bearerOf } from './tokens.ts';

/** One who may run sales. */
export interface Operator {
  name: string;
  role: OperatorRole;
}

/** The operators of the settings. Their tokens are kept as hashes. */
export interface Operators {
  /** The operator of a token, compared in constant time with each; null for none. */
  ofToken: (token: string) => Operator | null;
  /** A text that is another one after a change of the operator's name, role or token. It says nothing of the token. */
  fingerprintOf: (operator: Operator) => string;
  /** Those of all operators. */
  fingerprints: string[];
  /** The operator whose fingerprint it is now; null for one that was removed or changed. */
  ofFingerprint: (fingerprint: string) => Operator | null;
}

/** Of `ADMIN_TOKEN`. */
const adminName = 'admin';
/** Who acts when nobody does, in the audit log. */
const ownName = 'sunbeon';
/** Operators of one installation: each call compares its token with all of them. */
const mostOperators = 200;
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u;
const tokenPattern = /^[\w.~+/=-]{24,1000}$/;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const listOf = (text: string): string[] => text.split(',').map((part) => part.trim());

const entryOf = (text: string, place: string): Operator & { token: string } => {
  const [name = '', role = '', token = '', ...rest] = text.split(':');
  const fault = (what: string): SettingsError => new SettingsError(`the setting OPERATORS: ${place} ${what}`);
  if (rest.length > 0 || text.split(':').length < 3) throw fault('must be <name>:<role>:<token>, with two colons');
  if (!namePattern.test(name)) throw fault('must begin with a name of 1 to 32 letters, digits, and . _ - behind the first one');
  if (!isOperatorRole(role)) throw fault(`must have one of the roles ${operatorRoles.join(', ')}`);
  if (!tokenPattern.test(token)) throw fault('must end with a token of at least 24 of A-Z a-z 0-9 _ . ~ + / = -');
  return { name, role, token };
};

/** Reads `OPERATORS` and `ADMIN_TOKEN`. Throws a `SettingsError` that says which entry is wrong, and shows no part of a token. */
export const parseOperators = ({ OPERATORS, ADMIN_TOKEN }: { OPERATORS?: string; ADMIN_TOKEN?: string }): Operators => {
  if (OPERATORS === undefined && ADMIN_TOKEN === undefined)
    throw new SettingsError('the setting OPERATORS or ADMIN_TOKEN must be set: without both nobody could run a sale');
  const named = OPERATORS === undefined ? [] : listOf(OPERATORS).map((text, i) => entryOf(text, `entry ${i + 1}`));
  if (named.length > mostOperators) throw new SettingsError(`the setting OPERATORS must have at most ${mostOperators} entries`);
  const names = new Set<string>([ownName, ...(ADMIN_TOKEN === undefined ? [] : [adminName])]);
  for (const [i, { name }] of named.entries()) {
    const key = name.normalize('NFKC').toLowerCase();
    if (names.has(key))
      throw new SettingsError(`the setting OPERATORS: the name of entry ${i + 1} is taken, by another entry or by Sunbeon itself`);
    names.add(key);
  }
  const admins = ADMIN_TOKEN === undefined ? [] : listOf(ADMIN_TOKEN).map((token) => ({ name: adminName, role: 'admin' as const, token }));
  const known = [...named, ...admins].map(({ name, role, token }) => {
    const hash = digest(token);
    return { operator: { name, role }, hash, fingerprint: digest(`${name}:${role}:${hash.toString('hex')}`).toString('base64url') };
  });
  if (new Set(known.map(({ hash }) => hash.toString('hex'))).size !== known.length)
    throw new SettingsError('the settings OPERATORS and ADMIN_TOKEN have the same token twice: one could not be told from the other');
  return {
    ofToken: (token) => {
      const given = digest(token);
      return known.filter(({ hash }) => timingSafeEqual(given, hash))[0]?.operator ?? null;
    },
    fingerprintOf: (operator) => known.find((one) => one.operator === operator)!.fingerprint,
    fingerprints: known.map(({ fingerprint }) => fingerprint),
    ofFingerprint: (fingerprint) => known.find((one) => one.fingerprint === fingerprint)?.operator ?? null,
  };
};

/** What a call shows of its caller. */
export interface Credentials {
  authorization?: string | undefined;
  /** Ids of sessions, from the cookie; looked at only without an `Authorization`. */
  sessions: readonly string[];
  address: string;
  /** What limits per address count by. */
  addressKey: string;
}

/** The operator of a call. Throws `invalid_token` for anybody else. */
export type OperatorCheck = (credentials: Credentials) => Promise<Operator>;

export interface OperatorCheckParts {
  /** Sessions of the console; without it, a cookie is no credential. */
  sessions?: { operatorOf: (ids: readonly string[]) => Promise<Operator | null> };
  /** Counts and logs a wrong token; throws `rate_limited` past the limit. */
  refuse?: (credentials: Credentials) => Promise<void>;
}

export const createOperatorCheck =
  (operators: Operators, { sessions, refuse }: OperatorCheckParts = {}): OperatorCheck =>
  async (credentials) => {
    const { authorization, sessions: ids } = credentials;
    // An `Authorization` wins over a cookie, also when it is wrong: it is explicit.
    if (authorization === undefined) {
      const operator = ids.length === 0 || sessions === undefined ? null : await sessions.operatorOf(ids);
      if (operator) return operator;
      throw new CodedError('invalid_token', 'Sign in, or send the token of an operator');
    }
    const operator = operators.ofToken(bearerOf(authorization) ?? '');
    if (operator) return operator;
    await refuse?.(credentials);
    throw new CodedError('invalid_token', 'The token of an operator is needed');
  };

const refusal = (needed: OperatorRole, role: OperatorRole, what: string): CodedError =>
  new CodedError('role_required', `${what} needs the role ${needed}; yours is ${role}.`);

/** Throws `role_required` for a role that is too small. A route that names none, past the compiler, is for admins. */
export const requireRole = ({ role: needed = 'admin' }: Pick<PublicRoute, 'role'>, { role }: Operator): void => {
  if (!mayAs(role, needed)) throw refusal(needed, role, 'This call');
};

/** Throws `role_required` for a body with a property that needs a greater role; the whole body is refused then. */
export const requireRoleOfBody = ({ roleOfOthers }: Pick<PublicRoute, 'roleOfOthers'>, { role }: Operator, body: unknown): void => {
  if (roleOfOthers === undefined || mayAs(role, roleOfOthers.role) || typeof body !== 'object' || body === null) return;
  const other = Object.keys(body).find((name) => !roleOfOthers.properties.includes(name));
  if (other !== undefined) throw refusal(roleOfOthers.role, role, `A change of other settings than ${roleOfOthers.properties.join(', ')}`);
};
