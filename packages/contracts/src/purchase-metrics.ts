import type { MetricSpec } from './metrics.ts';

const shopOutcomes = [
  'done',
  'replayed',
  'not_admitted',
  'sold_out',
  'insufficient_stock',
  'limit_exceeded',
  'idempotency_conflict',
  'hold_not_found',
  'rate_limited',
  'confirm_by_shop',
  'sale_is_gate',
  'failed',
] as const;

/** Metrics of the purchase service: part of the catalogue. */
export const purchaseMetricCatalogue = {
  sunbeon_purchases_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'purchase',
    help: 'Purchases and confirmations by outcome; `failed`: no answer from Redis',
    labels: { outcome: shopOutcomes },
  },
  sunbeon_tickets_sold_total: { type: 'counter', unit: 'tickets', owner: 'purchase', help: 'Tickets sold by this instance', labels: {} },
  sunbeon_holds_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'purchase',
    help: 'Operations on holds, by verb and outcome',
    labels: { verb: ['hold', 'confirm', 'release', 'expire'], outcome: shopOutcomes },
  },
  sunbeon_orders_cancelled_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'purchase',
    help: 'Orders cancelled by operators; `restock`: whether the tickets went back to the line',
    labels: { restock: ['true', 'false'] },
  },
  sunbeon_orders_checked_in_total: {
    type: 'counter',
    unit: 'requests',
    owner: 'purchase',
    help: 'Orders checked in at the door',
    labels: {},
  },
} as const satisfies Record<string, MetricSpec>;
