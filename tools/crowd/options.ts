import { isSaleId } from '@sunbeon/client';
import { readArguments, usageOf, type Numbers } from './arguments.ts';

/** Parameters of a rehearsal. Shares are of all visitors, 0 to 1. */
export interface CrowdOptions {
  sale: string;
  gateway: string;
  visitors: number;
  /** Arrivals a second, whatever the answers take (an open loop). */
  perSecond: number;
  /** Share that polls instead of opening a WebSocket. */
  polling: number;
  /** Share that gives the place up while waiting. */
  leave: number;
  /** Share that loses its connection once while waiting, and comes back. */
  drop: number;
  /** Share that is admitted and never claims. */
  noShow: number;
  /** Share, of those inside, that buys; the others leave. */
  buy: number;
  /** Share, of those who buy, that holds first and confirms. */
  hold: number;
  quantity: number;
  /** Time limit of the last visitors, seconds. */
  patience: number;
}

const numbers = {
  visitors: { default: 2_000, min: 1, max: 1_000_000, whole: true, help: 'people in all' },
  'per-second': { default: 200, min: 0.1, max: 100_000, whole: false, help: 'arrivals a second' },
  polling: { default: 0.1, min: 0, max: 1, whole: false, help: 'share that polls the line instead of a WebSocket' },
  leave: { default: 0.05, min: 0, max: 1, whole: false, help: 'share that gives up while waiting' },
  drop: { default: 0.1, min: 0, max: 1, whole: false, help: 'share that loses its connection once' },
  'no-show': { default: 0.05, min: 0, max: 1, whole: false, help: 'share that never claims' },
  buy: { default: 0.9, min: 0, max: 1, whole: false, help: 'share of those inside that buys' },
  hold: { default: 0.2, min: 0, max: 1, whole: false, help: 'share of the buyers that holds first' },
  quantity: { default: 1, min: 1, max: 1_000, whole: true, help: 'tickets each' },
  patience: { default: 600, min: 1, max: 86_400, whole: true, help: 'seconds to wait for the last ones' },
} as const satisfies Numbers;

export const usage = [
  'npm run crowd -- --sale concert_2025 [options]      a rehearsal: people who join, wait, leave, drop out, claim or not, and buy',
  '  --sale <id>              the sale (it must be open or paused)',
  '  --gateway <url>          http://localhost:4000',
  ...usageOf(numbers),
  'npm run crowd -- --bots 0.95 --help                 people and scripts at sales with different entrances',
].join('\n');

/** Throws an Error with one sentence for bad options. */
export const readOptions = (argv: readonly string[]): CrowdOptions | 'help' => {
  const read = readArguments(argv, numbers, { sale: 'string' });
  if (read === 'help') return 'help';
  const { number } = read;
  const sale = read.text('sale');
  if (sale === undefined || !isSaleId(sale)) throw new Error('--sale must name a sale, for example --sale concert_2025');
  return {
    sale,
    gateway: read.gateway,
    visitors: number('visitors'),
    perSecond: number('per-second'),
    polling: number('polling'),
    leave: number('leave'),
    drop: number('drop'),
    noShow: number('no-show'),
    buy: number('buy'),
    hold: number('hold'),
    quantity: number('quantity'),
    patience: number('patience'),
  };
};
