import { drawFrom, FormError, type Draw } from './answer.ts';
import type { Chain } from './beacon.ts';
import { checkBeacon } from './check-beacon.ts';
import { checkReceipt } from './check-receipt.ts';
import { note, right, unproven, wrong, type Check } from './check.ts';
import { downloadRoster, getJson, UnreachableError, type Downloaded, type SaleAddress } from './download.ts';
import { commitmentOf, entryOf, firstUnsorted, keyOf, rootOf } from './draw.ts';
import { orderBy, writeCsv } from './order.ts';
import { jwsOf, keysFrom, openReceipt } from './receipt.ts';

export interface Question {
  address: SaleAddress;
  visitorId?: string;
  /** Content of a receipt's file. */
  receipt?: string;
  /** A chain that is trusted beside quicknet. */
  chain?: Chain;
  /** File for the whole order. */
  csv?: string;
}

const hex = (bytes: Buffer): string => bytes.toString('hex');
const iso = (ms: number): string => new Date(ms).toISOString();

/** Downloads a draw and checks it, step by step. An error of the network, or an answer of another form, is a check too. */
export async function* verifySale(question: Question): AsyncGenerator<Check> {
  try {
    yield* stepsOf(question);
  } catch (error) {
    if (error instanceof UnreachableError) yield unproven('unreachable', error.message);
    else if (error instanceof FormError) yield unproven('malformed', error.message);
    else throw error;
  }
}

async function* stepsOf(question: Question): AsyncGenerator<Check> {
  const { address, visitorId, chain, csv } = question;
  const { status, value } = await getJson(`${address.api}/draw`);
  if (status !== 200) {
    const { code } = (value ?? {}) as { code?: unknown };
    yield code === 'no_draw'
      ? unproven('no_draw', 'the sale has no draw: it has no lobby, or its lobby is ordered by arrival')
      : unproven('unreachable', `${address.api}/draw: status ${status}, ${String(code)}`);
    return;
  }
  const draw = drawFrom(value);
  const { frozen, seed, beacon } = draw;
  yield note('draw', `sale ${address.saleId} of ${iso(draw.generation)}, commitment ${hex(draw.commitment)}, ${draw.phase}`);
  if (frozen === null) {
    yield unproven('not_drawn', 'the roster is not frozen: keep the commitment, and come back');
    return;
  }

  let isWrong = false;
  const seen = (check: Check): Check => {
    isWrong ||= check.verdict === 'wrong';
    return check;
  };
  if (seed !== null) yield seen(checkCommitment(seed, draw));
  yield seen(checkTimes(draw.closedAtMs!, frozen.atMs));
  const downloaded = await downloadRoster(address.api, hex(frozen.root), frozen.count);
  for (const check of checkRoster(downloaded, frozen)) yield seen(check);
  for (const check of checkBeacon(beacon, frozen.atMs, chain)) yield seen(check);

  if (seed === null) {
    yield unproven('not_drawn', 'the roster is frozen, and the seed not shown yet: keep the root, and come back');
    return;
  }
  if (isWrong || downloaded.outcome !== 'complete') {
    yield note('order_skipped', 'the order is not computed: it would follow from wrong values');
    return;
  }
  const key = keyOf(seed, frozen.root, beacon?.randomness ?? undefined);
  const order = orderBy(key, downloaded.roster);
  yield right('order', `key ${hex(key)}: every entry has its lot, ascending lots have seq 1 to ${order.count}`);
  if (csv !== undefined) {
    await writeCsv(order, csv);
    yield note('csv', `${csv} has the whole order`);
  }

  const entry = visitorId === undefined ? undefined : entryOf(address.saleId, draw.generation, visitorId);
  if (entry !== undefined) {
    const place = order.seqOf(entry);
    yield place === null
      ? unproven('not_in_roster', `entry ${hex(entry)} is not in the roster: joined after the lobby closed, left, or left out`)
      : right('place', `entry ${hex(entry)} is in the roster: place ${place} of ${order.count}`);
  }
  if (question.receipt !== undefined) {
    const opened = openReceipt(jwsOf(question.receipt), await publishedKeys(address));
    yield* checkReceipt(opened, { saleId: address.saleId, draw, order, entry });
  }
}

const publishedKeys = async ({ keys }: SaleAddress): Promise<ReturnType<typeof keysFrom>> => {
  const { status, value } = await getJson(keys);
  if (status !== 200) throw new UnreachableError(`${keys}: status ${status}; receipts are checked at the address of the API`);
  return keysFrom(value);
};

const checkCommitment = (seed: Buffer, { commitment }: Draw): Check =>
  commitmentOf(seed).equals(commitment)
    ? right('commitment', 'SHA-256 of the seed is the commitment')
    : wrong('seed_wrong', `SHA-256 of the seed is ${hex(commitmentOf(seed))}, not the commitment: the seed was replaced`);

const checkTimes = (closedAtMs: number, frozenAtMs: number): Check =>
  frozenAtMs >= closedAtMs
    ? right('times', `the lobby closed at ${iso(closedAtMs)}, the roster was frozen at ${iso(frozenAtMs)}`)
    : wrong('times_wrong', `the roster was frozen at ${iso(frozenAtMs)}, before the lobby closed at ${iso(closedAtMs)}`);

function* checkRoster(downloaded: Downloaded, { count, root }: NonNullable<Draw['frozen']>): Generator<Check> {
  if (downloaded.outcome !== 'complete') {
    const { outcome, page } = downloaded;
    yield wrong(
      outcome === 'more' ? 'entries_added' : 'entries_missing',
      `count is ${count}, and page ${page} has ${outcome} entries than that`,
    );
    return;
  }
  const { roster } = downloaded;
  const unsorted = firstUnsorted(roster);
  yield unsorted === null
    ? right('entries', `${count} entries in ascending order, each once, as many as count says`)
    : wrong('entries_unsorted', `entry ${unsorted} is not greater than the one before it`);
  const computed = rootOf(roster);
  yield computed.equals(root)
    ? right('root', `their Merkle root is ${hex(root)}`)
    : wrong('root_wrong', `their Merkle root is ${hex(computed)}, not the published ${hex(root)}`);
}
