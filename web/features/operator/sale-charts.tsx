'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useMemo, useState } from 'react';
import { sellsHere } from '../../lib/sale-kind.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { estimateErrors, leaderChanges, perMinute, rates, times, values, within, type Samples } from './history.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const ranges = [5, 15, 60] as const;

/**
 * The last hour of a sale in charts whose cursors move together: eight, at a gate seven: the visits that the shop ends
 * in place of purchases, and no stock.
 */
export const SaleCharts = ({ history, sale }: { history: Samples; sale: OperatorSale }) => {
  const { w } = useOperatorI18n();
  const sells = sellsHere(sale);
  const [minutes, setMinutes] = useState<(typeof ranges)[number]>(15);
  const [asTable, setAsTable] = useState(false);
  // Rates and errors need the rows before the range too.
  const whole = useMemo(
    () => ({
      admitted: rates(history, 'admitted'),
      purchases: rates(history, 'purchases'),
      completed: perMinute(history, 'completed'),
      abandoned: perMinute(history, 'abandoned'),
      estimate: estimateErrors(history),
      changes: leaderChanges(history),
    }),
    [history],
  );
  const charts = useMemo(() => {
    const shown = within(history, minutes * 60_000);
    const x = times(shown);
    const tail = <T,>(series: readonly T[]): readonly T[] => series.slice(series.length - shown.length);
    const one = (
      name: string,
      title: string,
      color: 1 | 2 | 3 | 4,
      series: readonly (number | null)[],
      more: Partial<ChartProps> = {},
    ): Omit<ChartProps, 'minutes' | 'now' | 'asTable'> => ({
      name,
      title,
      times: x,
      floor: 5,
      lines: [{ label: '', color, values: series, area: true }],
      ...more,
    });
    return [
      one('waiting', w('chart.waiting'), 1, values(shown, 'waiting')),
      one('active', w('chart.active'), 2, values(shown, 'active'), { limit: { label: w('chart.cap'), value: sale.activeLimit } }),
      one('admitted', w('chart.admitted'), 1, tail(whole.admitted), {
        digits: 1,
        floor: 1,
        limit: { label: w('chart.pace'), value: sale.admitPerSecond },
      }),
      ...(sells
        ? [
            one('purchases', w('chart.purchases'), 2, tail(whole.purchases), { digits: 1, floor: 1 }),
            {
              name: 'stock',
              title: w('chart.stock'),
              times: x,
              floor: 5,
              lines: [
                { label: w('chart.left'), color: 2 as const, values: values(shown, 'left') },
                { label: w('chart.held'), color: 3 as const, values: values(shown, 'held') },
                { label: w('chart.sold'), color: 1 as const, values: values(shown, 'sold') },
              ],
            },
          ]
        : [
            {
              name: 'completions',
              title: w('chart.completions'),
              times: x,
              floor: 5,
              lines: [
                { label: w('chart.completed'), color: 2 as const, values: tail(whole.completed) },
                { label: w('chart.abandoned'), color: 3 as const, values: tail(whole.abandoned) },
              ],
            },
          ]),
      one('browsers', w('chart.browsers'), 4, values(shown, 'browsers')),
      one('estimate', w('chart.estimate'), 3, tail(whole.estimate), { digits: 1, floor: 1 }),
      one('tick', w('chart.tick'), 4, values(shown, 'sinceLastMs', 0.001), {
        digits: 1,
        floor: 2,
        marks: { label: w('chart.leader_changes'), at: whole.changes.filter((at) => at >= (x[0] ?? Infinity)) },
      }),
    ];
  }, [history, whole, minutes, sells, sale.activeLimit, sale.admitPerSecond, w]);
  return (
    <section aria-labelledby="charts" className="overflow-hidden rounded-xl border border-line bg-line">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 bg-paper px-4 py-2.5">
        <h2 id="charts" className="text-sm font-bold">
          {w('chart.title')}
        </h2>
        <div className="flex flex-wrap items-center gap-2">
          <button
            type="button"
            aria-pressed={asTable}
            data-testid="as-tables"
            onClick={() => setAsTable(!asTable)}
            className="min-h-8 rounded-md border border-line px-2.5 text-xs font-medium text-ink-soft aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
          >
            {w('chart.tables')}
          </button>
          <div role="group" aria-label={w('chart.range')} className="flex rounded-md border border-line p-0.5">
            {ranges.map((range) => (
              <button
                key={range}
                type="button"
                aria-pressed={range === minutes}
                onClick={() => setMinutes(range)}
                className="min-h-7 rounded px-2.5 text-xs font-medium text-ink-soft aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
              >
                {w('chart.minutes', { count: range })}
              </button>
            ))}
          </div>
        </div>
      </div>
      <div className="mt-px grid gap-px md:grid-cols-2">
        {charts.map((chart) => (
          <Chart key={chart.name} {...chart} minutes={minutes} now={sale.serverTime} asTable={asTable} />
        ))}
      </div>
    </section>
  );
};
