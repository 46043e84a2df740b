/** `note`: information. `unproven`: something is missing. `wrong`: two published values contradict each other. */
export type Verdict = 'right' | 'note' | 'unproven' | 'wrong';

/** What a step found. Codes are stable, texts are for people. */
export interface Check {
  verdict: Verdict;
  code: Code;
  text: string;
}

export type Code =
  // the draw
  | 'draw'
  | 'no_draw'
  | 'not_drawn'
  | 'unreachable'
  | 'malformed'
  // commit and freeze
  | 'commitment'
  | 'seed_wrong'
  | 'times'
  | 'times_wrong'
  | 'entries'
  | 'entries_added'
  | 'entries_missing'
  | 'entries_unsorted'
  | 'root'
  | 'root_wrong'
  // beacon
  | 'no_beacon'
  | 'beacon_unknown_chain'
  | 'beacon_unavailable'
  | 'beacon_pending'
  | 'beacon_round'
  | 'beacon_round_wrong'
  | 'beacon_signature'
  | 'beacon_signature_wrong'
  | 'beacon_randomness_wrong'
  // order
  | 'order'
  | 'order_skipped'
  | 'csv'
  // one visitor
  | 'place'
  | 'not_in_roster'
  | 'receipt'
  | 'receipt_malformed'
  | 'receipt_forged'
  | 'receipt_unknown_key'
  | 'receipt_other_sale'
  | 'receipt_other_generation'
  | 'receipt_other_visitor'
  | 'receipt_commitment_wrong'
  | 'receipt_root_wrong'
  | 'receipt_seq_wrong'
  | 'receipt_entry_missing'
  | 'receipt_rejoined'
  | 'receipt_after_lobby'
  | 'left_or_left_out';

type Make = (code: Code, text: string) => Check;
const made =
  (verdict: Verdict): Make =>
  (code, text) => ({ verdict, code, text });
export const right = made('right');
export const note = made('note');
export const unproven = made('unproven');
export const wrong = made('wrong');

export type Conclusion = 'proven' | 'wrong' | 'not proven';

/** One contradiction makes the draw wrong, and one gap not proven. */
export const conclude = (checks: readonly Check[]): Conclusion => {
  if (checks.some(({ verdict }) => verdict === 'wrong')) return 'wrong';
  return checks.some(({ verdict }) => verdict === 'unproven') ? 'not proven' : 'proven';
};
