import {
  saleDefaults,
  saleStatuses,
  schemas,
  type Chances,
  type Members,
  type OperatorSale,
  type Rehearsal,
  type Sale,
  type SaleStatus,
} from '@sunbeon/contracts';
import { CodedError } from '../problems.ts';
import { classifyRedisError } from '../redis-errors.ts';
import type { RedisClient } from '../redis.ts';
import { defineScript, type NoSale } from '../script.ts';

type Row = [string, SaleStatus, string[], (string | null)[], number[], (string | null)[], string | null];

/** Stored state of a sale: a sale, none, or unreadable with the reason. */
export type StoredSale =
  { stored: 'sale'; sale: OperatorSale; chances: Chances } | { stored: 'none' } | { stored: 'unreadable'; why: string };

/** Thrown and caught in this file alone: names the first unreadable value. */
class Unreadable extends Error {}

const statuses = new Set<string>(saleStatuses);
const numberOf = (name: string, text: string | null | undefined): number => {
  const value = text === null || text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value))
    throw new Unreadable(`${name} is ${text === null || text === undefined ? 'missing' : JSON.stringify(text.slice(0, 40))}`);
  return value;
};
const isoOf = (name: string, text: string): string => {
  const date = new Date(numberOf(name, text));
  if (Number.isNaN(date.getTime())) throw new Unreadable(`${name} is ${JSON.stringify(text.slice(0, 40))}`);
  return date.toISOString();
};

/** One of the values of a setting; the first for a sale of an earlier version, which has none. */
const oneOf = <const T extends string>(name: string, text: string, values: readonly [T, ...T[]]): T => {
  const value = text === '' ? values[0] : values.find((one) => one === text);
  if (value === undefined) throw new Unreadable(`${name} is ${JSON.stringify(text.slice(0, 40))}`);
  return value;
};

/** Stored as JSON; '' for none. */
const membersOf = (json: string): Members | null => {
  if (json === '') return null;
  try {
    return JSON.parse(json) as Members;
  } catch {
    throw new Unreadable(`members is ${JSON.stringify(json.slice(0, 40))}`);
  }
};

/** The plan is stored as JSON; without `rehearsalOf` the sale is no rehearsal. */
const rehearsalOf = (of: string, plan: string, until: string): { rehearsal?: Rehearsal } => {
  if (of === '') return {};
  try {
    return { rehearsal: { of, ...(JSON.parse(plan) as Omit<Rehearsal, 'of' | 'until'>), until: isoOf('rehearsalUntil', until) } };
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(`rehearsalPlan is ${JSON.stringify(plan.slice(0, 40))}`);
  }
};

/** Stored as JSON; '' for none. */
const returnUrlsOf = (json: string): string[] | null => {
  if (json === '') return null;
  let urls: unknown;
  try {
    urls = JSON.parse(json);
  } catch {
    urls = null;
  }
  if (!Array.isArray(urls) || !urls.every((url) => typeof url === 'string'))
    throw new Unreadable(`returnUrls is ${JSON.stringify(json.slice(0, 40))}`);
  return urls;
};

/** The field `chances` of `flow`. It is made anew each second: what cannot be read is none. */
export const chancesOf = (json: string | null): Chances => {
  try {
    return json ? (JSON.parse(json) as Chances) : [];
  } catch {
    return [];
  }
};

const saleOf = (saleId: string, [now, status, pairs, stock, counts, flow, leader]: Row): OperatorSale => {
  if (!statuses.has(status)) throw new Unreadable(`status is ${JSON.stringify(String(status).slice(0, 40))}`);
  const field = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) field.set(pairs[i]!, pairs[i + 1]!);
  const text = (name: string) => field.get(name) ?? '';
  const number = (name: string) => numberOf(name, field.get(name));
  const [total, left, held, sold] = ['total', 'left', 'held', 'sold'].map((name, i) => numberOf(`stock.${name}`, stock[i])) as [
    number,
    number,
    number,
    number,
  ];
  const [joined, admitted, leftQueue, leftActive, expired, epoch] = ['seq', 'admitted', 'left', 'leftActive', 'expired', 'epoch'].map(
    (name, i) => numberOf(`flow.${name}`, flow[i] ?? '0'),
  ) as [number, number, number, number, number, number];
  const tickAt = flow[6];
  const [completed, abandoned] = [7, 8].map((i) => numberOf(`flow.${i === 7 ? 'completed' : 'abandoned'}`, flow[i] ?? '0')) as [
    number,
    number,
  ];
  const kind = text('kind') === 'gate' ? 'gate' : 'shop';
  const hasLobby = text('lobbyOpensAt') !== '';
  const lobbyOrder = text('lobbyOrder') === 'arrival' ? ('arrival' as const) : ('random' as const);
  const drawBeacon = text('drawBeacon') === 'drand' ? ('drand' as const) : ('none' as const);
  const returnUrls = returnUrlsOf(text('returnUrls'));
  const proofOfWork = oneOf('proofOfWork', text('proofOfWork'), ['off', 'on', 'auto']);
  const members = membersOf(text('members'));
  return {
    saleId,
    title: text('title'),
    status,
    kind,
    soldOut: kind === 'shop' && left === 0 && held === 0,
    ...(hasLobby ? { lobbyOpensAt: isoOf('lobbyOpensAt', text('lobbyOpensAt')) } : {}),
    ...(text('opensAt') ? { opensAt: isoOf('opensAt', text('opensAt')) } : {}),
    ...(text('closesAt') ? { closesAt: isoOf('closesAt', text('closesAt')) } : {}),
    timeZone: text('timeZone') || saleDefaults.timeZone,
    ...(hasLobby && lobbyOrder === 'random' ? { draw: { commitment: text('commitment'), order: lobbyOrder, beacon: drawBeacon } } : {}),
    ...(text('message') ? { message: text('message') } : {}),
    ...(kind === 'shop' ? { stock: { total, left, held, sold } } : {}),
    waiting: counts[0]!,
    lobby: counts[1]!,
    active: counts[2]!,
    admitPerSecond: number('admitPerSecond'),
    activeLimit: number('activeLimit'),
    sessionSeconds: number('sessionSeconds'),
    ...(kind === 'shop'
      ? { perVisitorLimit: number('perVisitorLimit'), confirmBy: text('confirmBy') === 'shop' ? ('shop' as const) : ('visitor' as const) }
      : {}),
    ...(returnUrls ? { returnUrls } : {}),
    identity: oneOf('identity', text('identity'), ['none', 'member']),
    access: oneOf('access', text('access'), ['open', 'code']),
    proofOfWork,
    proofWanted: proofOfWork === 'on' || (proofOfWork === 'auto' && numberOf('flow.proofLevel', flow[9] ?? '0') > 0),
    serverTime: isoOf('serverTime', now),
    claimSeconds: number('claimSeconds'),
    ...(kind === 'shop' ? { holdSeconds: number('holdSeconds') } : {}),
    maxExtensions: field.has('maxExtensions') ? number('maxExtensions') : saleDefaults.maxExtensions,
    ...(hasLobby ? { lobbyOrder, drawBeacon } : {}),
    proofOfWorkSeconds: field.has('proofOfWorkSeconds') ? number('proofOfWorkSeconds') : saleDefaults.proofOfWorkSeconds,
    ...(members ? { members } : {}),
    version: number('version'),
    ...(leader ? { leader } : {}),
    epoch,
    ...(tickAt ? { lastTickAt: isoOf('lastTickAt', tickAt) } : {}),
    joined,
    admitted,
    left: leftQueue + leftActive,
    expired,
    completed,
    abandoned,
    ...rehearsalOf(text('rehearsalOf'), text('rehearsalPlan'), text('rehearsalUntil')),
  };
};

const storedSaleOf = (saleId: string, answer: { outcome: 'read'; row: Row } | NoSale): StoredSale => {
  if (answer.outcome === 'no_sale') return { stored: 'none' };
  try {
    return { stored: 'sale', sale: saleOf(saleId, answer.row), chances: chancesOf(answer.row[5][10] ?? null) };
  } catch (error) {
    if (error instanceof Unreadable) return { stored: 'unreadable', why: error.message };
    throw error;
  }
};

const script = defineScript<null, { outcome: 'read'; row: Row } | NoSale>({
  name: 'runtime/read-sale',
  url: new URL('./read-sale.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'queue', 'lobby', 'active', 'leader'],
  arguments: () => [],
  decode: (reply) => {
    const row = reply as Row | [];
    return row.length === 0 ? { outcome: 'no_sale' } : { outcome: 'read', row };
  },
});

/** Stored state of a sale, in one consistent read. A key of a wrong type or a value that Redis cannot compare is unreadable too. */
export const lookUpSale = async (redis: RedisClient, saleId: string): Promise<StoredSale> => {
  try {
    return storedSaleOf(saleId, await script.run(redis, saleId, null));
  } catch (error) {
    if (classifyRedisError(error) !== 'bug') throw error;
    return { stored: 'unreadable', why: (error as Error).message.slice(0, 200) };
  }
};

/** The sale and the chances of its line in one consistent read, null when there is none. Throws `sale_unreadable` for unreadable stored values. */
export const readSaleAndChances = async (redis: RedisClient, saleId: string): Promise<{ sale: OperatorSale; chances: Chances } | null> => {
  const found = await lookUpSale(redis, saleId);
  if (found.stored === 'unreadable') throw new CodedError('sale_unreadable');
  return found.stored === 'sale' ? found : null;
};

/** The sale alone. */
export const readSale = async (redis: RedisClient, saleId: string): Promise<OperatorSale | null> =>
  (await readSaleAndChances(redis, saleId))?.sale ?? null;

/** Picks the properties that a schema names, nested objects included. */
const picked = ({ properties }: { properties: Record<string, object> }, value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const schema = properties[name];
      if (schema === undefined) return [];
      return [[name, 'properties' in schema ? picked(schema as Parameters<typeof picked>[0], part as object) : part]];
    }),
  );

/** The public view: properties of the schema `Sale`, so that a property added to `OperatorSale` is not public by default. */
export const publicSaleOf = (sale: OperatorSale): Sale => picked(schemas.Sale, sale) as Sale;

export const readSaleScript = script;
