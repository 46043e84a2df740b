import type { Draw } from '@sunbeon/contracts';
import { isBeacon, quicknet, roundAfter } from './beacon.ts';
import { bytesOf, commitmentOf, compareBytes, createLots, createRoot, entryOf, hashBytes, keyOf, pageEntries } from './draw-hashes.ts';

/** What this browser kept of the draw before it: see kept-draw.ts. */
export interface Kept {
  generation: number;
  commitment: string;
  beacon: 'none' | 'drand';
  root?: string;
}
/** The place to check. `kept`: null when this browser kept nothing. */
export interface Place {
  saleId: string;
  visitorId: string;
  generation: number;
  seq: number;
  kept: Kept | null;
}

/** Each is a proof that something was changed. */
export type Fault =
  | 'form'
  | 'generation'
  | 'kept_commitment'
  | 'kept_root'
  | 'kept_beacon'
  | 'seed'
  | 'page'
  | 'order'
  | 'root'
  | 'round'
  | 'signature'
  | 'missing'
  | 'place';
/** Why a draw whose numbers agree proves less than it should. */
export type Doubt = 'beacon_unavailable' | 'other_chain';

export type CheckResult =
  /** `place`: of this visitor by the draw; null for one who came after it. */
  | { outcome: 'right'; place: number | null; count: number; doubt: Doubt | null; round: number | null }
  | { outcome: 'wrong'; fault: Fault; place?: number }
  /** Nothing to check yet, or no answer. */
  | { outcome: 'undrawn' }
  | { outcome: 'unreachable' };

/** How the public data is read; null: no answer. */
export interface Source {
  draw: () => Promise<Draw | null>;
  entries: (root: string, page: number) => Promise<Uint8Array | null>;
}

const wrong = (fault: Fault): CheckResult => ({ outcome: 'wrong', fault });

/** Faults that the answer alone shows, without the roster. */
const faultOf = (draw: Draw, { generation, kept }: Place): Fault | null => {
  const { algorithm, commitment, seed, root, beacon } = draw;
  if ((algorithm as string) !== 'sunbeon-draw-v1') return 'form';
  for (const hex of [commitment, seed, root, beacon?.randomness]) if (hex !== undefined && !/^[0-9a-f]{64}$/.test(hex)) return 'form';
  for (const whole of [draw.count, beacon?.round]) if (whole !== undefined && !(Number.isSafeInteger(whole) && whole >= 0)) return 'form';
  if (draw.generation !== generation) return 'generation';
  if (kept !== null && kept.generation === generation) {
    if (kept.commitment !== commitment) return 'kept_commitment';
    if (kept.root !== undefined && kept.root !== root) return 'kept_root';
    if (kept.beacon === 'drand' && beacon === undefined) return 'kept_beacon';
  }
  return null;
};

/** The beacon's fault or doubt. One of another chain cannot be judged here. */
const judgeBeacon = async ({ beacon, frozenAt }: Draw): Promise<{ fault: Fault } | { doubt: Doubt | null }> => {
  if (beacon === undefined) return { doubt: null };
  if (beacon.chain !== quicknet.chain) return { doubt: 'other_chain' };
  if (frozenAt === undefined || beacon.round !== roundAfter(Date.parse(frozenAt))) return { fault: 'round' };
  if (beacon.status !== 'verified') return { doubt: 'beacon_unavailable' };
  const { round, randomness = '', signature = '' } = beacon;
  return (await isBeacon(round, randomness, signature)) ? { doubt: null } : { fault: 'signature' };
};

/**
 * Recomputes a draw from what is public, and this place in it: 1 + the number of smaller lots. Entries are read page by page and none is kept.
 * `onProgress`: entries so far, and all of them.
 */
export const checkDraw = async (place: Place, source: Source, onProgress: (done: number, count: number) => void): Promise<CheckResult> => {
  const draw = await source.draw();
  if (draw === null) return { outcome: 'unreachable' };
  const fault = faultOf(draw, place);
  if (fault !== null) return wrong(fault);
  const { phase, seed, root, count, beacon } = draw;
  if (phase !== 'drawn' || seed === undefined || root === undefined || count === undefined) return { outcome: 'undrawn' };
  if (compareBytes(commitmentOf(bytesOf(seed)), bytesOf(draw.commitment)) !== 0) return wrong('seed');
  const judged = await judgeBeacon(draw);
  if ('fault' in judged) return wrong(judged.fault);

  const randomness = beacon?.status === 'verified' && beacon.randomness !== undefined ? bytesOf(beacon.randomness) : null;
  const lotOf = createLots(keyOf(bytesOf(seed), bytesOf(root), randomness));
  const own = entryOf(place.saleId, place.generation, place.visitorId);
  const ownLot = lotOf(own);
  const tree = createRoot();
  let before: Uint8Array | null = null;
  let isInRoster = false;
  let smaller = 0;
  for (let done = 0, page = 0; done < count; page += 1) {
    const bytes = await source.entries(root, page);
    if (bytes === null) return { outcome: 'unreachable' };
    const size = Math.min(pageEntries, count - done);
    if (bytes.length !== size * hashBytes) return wrong('page');
    for (let at = 0; at < bytes.length; at += hashBytes) {
      const entry = bytes.subarray(at, at + hashBytes);
      // Ascending: each visitor once.
      if (before !== null && compareBytes(before, entry) >= 0) return wrong('order');
      before = entry;
      tree.add(entry);
      const lot = compareBytes(lotOf(entry), ownLot);
      if (lot < 0) smaller += 1;
      else if (lot === 0 && compareBytes(entry, own) === 0) isInRoster = true;
    }
    done += size;
    onProgress(done, count);
  }
  if (compareBytes(tree.root(), bytesOf(root)) !== 0) return wrong('root');
  const right = { outcome: 'right', count, doubt: judged.doubt, round: beacon?.round ?? null } as const;
  // Whoever left during the draw and came again has a number behind it as well.
  if (place.seq > count) return { ...right, place: null };
  if (!isInRoster) return wrong('missing');
  return smaller + 1 === place.seq ? { ...right, place: place.seq } : { outcome: 'wrong', fault: 'place', place: smaller + 1 };
};
