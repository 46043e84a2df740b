import type { SaleEvent, SaleStatus } from '@sunbeon/contracts';
import type { MirrorSnapshot } from '../../scripts/read-mirror.ts';
import { createLeftSeqs, type LeftSeqs } from './left-seqs.ts';

/** A gateway's read model of a sale's line: enough for every visitor's exact position without a read of Redis. */
export interface Mirror {
  /** Number of the last event applied. */
  cursor: number;
  /** Creation time of the sale; tokens of other generations are not valid for this line. */
  readonly generation: number;
  frontier: number;
  waiting: number;
  active: number;
  /** Highest seq seen: a first join has no event, the next tick tells of it. */
  lastSeq: number;
  /** Observed admissions per second. */
  pace: number;
  status: SaleStatus;
  readonly leftSeqs: LeftSeqs;
}

export const createMirror = (snapshot: MirrorSnapshot): Mirror => {
  const { bitmap, event, ...rest } = snapshot;
  return { ...rest, cursor: event, leftSeqs: createLeftSeqs(bitmap) };
};

const saw = (mirror: Mirror, seq: number): void => {
  mirror.lastSeq = Math.max(mirror.lastSeq, seq);
};

/** Applies the next event. Precondition: its number is `cursor + 1`. */
export const applyEvent = (mirror: Mirror, event: SaleEvent): void => {
  mirror.cursor = event.number;
  switch (event.type) {
    case 'admitted':
      mirror.frontier = event.data.through;
      saw(mirror, event.data.through);
      mirror.waiting = event.data.waiting;
      mirror.active = event.data.active;
      return;
    case 'tick':
      mirror.frontier = event.data.frontier;
      mirror.waiting = event.data.waiting;
      mirror.active = event.data.active;
      mirror.pace = event.data.pace;
      saw(mirror, event.data.lastSeq);
      return;
    case 'drawn':
      for (const seq of event.data.left ?? []) mirror.leftSeqs.add(seq);
      // `left` names seqs of these visitors.
      saw(mirror, event.data.from + event.data.visitors.length - 1);
      mirror.waiting = event.data.waiting;
      return;
    case 'left':
      if (event.data.seq !== undefined) {
        mirror.leftSeqs.add(event.data.seq);
        saw(mirror, event.data.seq);
        mirror.waiting = Math.max(0, mirror.waiting - 1);
      }
      return;
    case 'sale':
      mirror.status = event.data.status;
      saw(mirror, event.data.lobby ?? 0);
      return;
    default:
  }
};

/** Admission is strictly by seq: a seq beyond the frontier without a departure is in the line. */
export const isWaiting = (mirror: Mirror, seq: number): boolean => seq > mirror.frontier && !mirror.leftSeqs.has(seq);

/** position = seq − frontier − leftSeqs in between (DESIGN §8). For a waiting visitor. */
export const positionOf = (mirror: Mirror, seq: number): number =>
  seq - mirror.frontier - (mirror.leftSeqs.countUpTo(seq) - mirror.leftSeqs.countUpTo(mirror.frontier));

/** Number removed from the line, wherever in it: no position shrinks by more between two reads. */
export const advancedOf = (mirror: Mirror): number => mirror.frontier + mirror.leftSeqs.total();
