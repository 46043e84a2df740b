import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { countOf, entryAt, indexOf, lotsOf, orderOf, seqOf } from './draw.ts';

/** The recomputed order of a roster. */
export interface Order {
  count: number;
  roster: Buffer;
  lots: Buffer;
  /** Indices of the roster by seq. */
  indices: Uint32Array;
  seqOf: (entry: Uint8Array) => number | null;
}

export const orderBy = (key: Uint8Array, roster: Buffer): Order => {
  const lots = lotsOf(key, roster);
  const indices = orderOf(lots);
  return {
    count: countOf(roster),
    roster,
    lots,
    indices,
    seqOf: (entry) => {
      const index = indexOf(roster, entry);
      return index === null ? null : seqOf(indices, index);
    },
  };
};

const linesAtOnce = 1_000;

function* csvOf({ roster, lots, indices }: Order): Generator<string> {
  yield 'seq,entry,lot\n';
  for (let from = 0; from < indices.length; from += linesAtOnce) {
    let lines = '';
    indices.subarray(from, from + linesAtOnce).forEach((index, i) => {
      lines += `${from + i + 1},${entryAt(roster, index).toString('hex')},${entryAt(lots, index).toString('hex')}\n`;
    });
    yield lines;
  }
}

/** Writes the whole order as CSV, a thousand lines at a time. */
export const writeCsv = (order: Order, file: string): Promise<void> => pipeline(Readable.from(csvOf(order)), createWriteStream(file));
