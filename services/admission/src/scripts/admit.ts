import type { SaleStatus } from '@sunbeon/contracts';
import { defineScript } from '@sunbeon/runtime';

export interface AdmitInput {
  epoch: number;
  /** Visitors of this call, at most. */
  cap: number;
  /** First call of a tick: also updates the observed pace and emits the `tick` event. */
  isFirstBatch: boolean;
}
export type AdmitOutcome =
  | { outcome: 'admitted'; admitted: number; waiting: number; active: number; bucket: number; status: SaleStatus }
  | { outcome: 'fenced'; epoch: number }
  | { outcome: 'no_sale' };

/** Admits the next visitors. */
export const admit = defineScript<AdmitInput, AdmitOutcome>({
  name: 'admission/admit',
  url: new URL('./admit.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'events', 'lobby', 'departed', 'codeUses', 'codeHolders'],
  arguments: ({ epoch, cap, isFirstBatch }) => [epoch, cap, isFirstBatch ? '1' : '0'],
  decode: (reply) => {
    const [outcome, ...rest] = reply as [AdmitOutcome['outcome'], ...unknown[]];
    if (outcome === 'no_sale') return { outcome };
    if (outcome === 'fenced') return { outcome, epoch: Number(rest[0]) };
    const [admitted, waiting, active, bucket, status] = rest as [number, number, number, string, SaleStatus];
    return { outcome, admitted, waiting, active, bucket: Number(bucket), status };
  },
});
