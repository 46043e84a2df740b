import type { Draw } from './answer.ts';
import { note, right, unproven, wrong, type Check } from './check.ts';
import type { Order } from './order.ts';
import type { Opened } from './receipt.ts';

interface Against {
  saleId: string;
  draw: Draw;
  order: Order;
  /** Of the visitor that was asked for, too. */
  entry?: Buffer;
}

const hex = (bytes: Buffer): string => bytes.toString('hex');

/** A file that is no receipt of this Sunbeon says nothing about the draw. */
const unread = ({ outcome, reason }: Exclude<Opened, { outcome: 'signed' }>): Check => {
  switch (outcome) {
    case 'no_receipt':
      return unproven('receipt_malformed', `the file is no receipt: ${reason}`);
    case 'unknown_key':
      return unproven('receipt_unknown_key', `the receipt names key ${reason}, which is not published, or not any more`);
    case 'forged':
      return wrong('receipt_forged', `the receipt names key ${reason}, which did not sign it: the receipt is forged or damaged`);
  }
};

/** Whether a receipt and the recomputed order agree. */
export const checkReceipt = (opened: Opened, { saleId, draw, order, entry }: Against): Check[] => {
  if (opened.outcome !== 'signed') return [unread(opened)];
  const { receipt } = opened;
  if (receipt.aud !== `sunbeon:sale:${saleId}`)
    return [unproven('receipt_other_sale', `the receipt is of ${receipt.aud}: it says nothing about this draw`)];
  if (receipt.generation !== draw.generation) {
    const made = new Date(receipt.generation).toISOString();
    return [unproven('receipt_other_generation', `the receipt is of the sale of this name created at ${made}, which was deleted since`)];
  }
  const checks = [right('receipt', `the receipt is signed by ${receipt.iss}, for entry ${hex(receipt.entry)}`)];
  if (entry !== undefined && !entry.equals(receipt.entry))
    checks.push(unproven('receipt_other_visitor', 'the receipt is not of the visitor of --visitor'));
  if (receipt.commitment !== null && !receipt.commitment.equals(draw.commitment)) {
    checks.push(
      wrong('receipt_commitment_wrong', `the receipt was signed for commitment ${hex(receipt.commitment)}: the seed was replaced`),
    );
  }
  if (receipt.root !== null && !receipt.root.equals(draw.frozen!.root)) {
    checks.push(wrong('receipt_root_wrong', `the receipt was signed for root ${hex(receipt.root)}: the roster was replaced`));
  }
  checks.push(checkPlace(receipt.seq, order.seqOf(receipt.entry), order.count));
  return checks;
};

/** `seq` of the receipt, if it is not of the lobby; `place` by the draw, if the entry is in the roster. */
const checkPlace = (seq: number | null, place: number | null, count: number): Check => {
  if (seq === null) {
    return place === null
      ? unproven('left_or_left_out', 'the entry was in the lobby when the receipt was signed, and is not in the roster: left or left out')
      : right('place', `the entry was in the lobby and is in the roster: place ${place} of ${count}`);
  }
  if (seq === place) return right('place', `seq ${seq} of the receipt is the place that the draw gives, of ${count}`);
  if (seq <= count) {
    return place === null
      ? wrong('receipt_entry_missing', `the receipt has seq ${seq}, within the lobby's ${count}, and its entry is not in the roster`)
      : wrong('receipt_seq_wrong', `the receipt has seq ${seq}, and the draw gives ${place}`);
  }
  return place === null
    ? note('receipt_after_lobby', `seq ${seq} is behind the lobby's ${count}: joined after it closed, not drawn`)
    : unproven(
        'receipt_rejoined',
        `the draw gives ${place}, and the receipt has seq ${seq}, behind the lobby: left and joined again, or moved there`,
      );
};
