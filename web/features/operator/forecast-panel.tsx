'use client';

import type { OperatorSale, SaleStats } from '@sunbeon/contracts';
import { Panel } from './controls.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** What the sale comes to if it goes on like this, as ranges, and the figures that say so. Nothing is shown that is not known. */
export const ForecastPanel = ({ sale, stats }: { sale: OperatorSale; stats: Omit<SaleStats, 'sale' | 'samples'> }) => {
  const { w, number, near, span, zone } = useOperatorI18n();
  const { forecast, conversion, noShowRate, waits } = stats;
  const percent = (share: number): string => w('kpi.percent', { count: number(share * 100) });
  const period = (range: { from: string; to?: string | undefined } | undefined): string => {
    if (range === undefined) return w(sale.status === 'open' ? 'forecast.unknown' : 'forecast.not_open');
    const { from, to } = range;
    const textIn = (where: string): string =>
      to === undefined
        ? w('forecast.after', { from: near(from, sale.serverTime, where) })
        : w('forecast.range', span(from, to, sale.serverTime, where));
    const [own, there] = [textIn(zone), textIn(sale.timeZone)];
    return own === there ? own : `${own} (${there})`;
  };
  const minutes = (ms: number): string => w('kpi.seconds', { count: number(ms / 1_000) });
  const rows: [name: string, label: string, value: string][] = [
    ...(sale.kind === 'shop' ? [['sold_out', w('forecast.sold_out'), period(forecast?.soldOut)] as [string, string, string]] : []),
    ['line_empty', w('forecast.line_empty'), period(forecast?.lineEmpty)],
  ];
  const basis: [name: string, label: string, value: string | undefined][] = [
    ['pace', w('forecast.pace'), forecast && w('forecast.pace.value', { count: number(forecast.pace, 1) })],
    [
      'tickets',
      w('forecast.tickets'),
      forecast?.ticketsPerAdmission && sale.kind === 'shop'
        ? w('forecast.range', { from: number(forecast.ticketsPerAdmission.low, 2), to: number(forecast.ticketsPerAdmission.high, 2) })
        : undefined,
    ],
    ['conversion', w('forecast.conversion'), conversion === undefined ? undefined : percent(conversion)],
    ['no_shows', w('forecast.no_shows'), noShowRate === undefined ? undefined : percent(noShowRate)],
    ['waits', w('forecast.waits'), waits && w('forecast.waits.value', { p50: minutes(waits.p50), p95: minutes(waits.p95) })],
  ];
  return (
    <Panel id="forecast" title={w('forecast.title')}>
      <dl className="flex flex-col gap-2 text-sm">
        {rows.map(([name, label, value]) => (
          <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-3">
            <dt className="text-ink-soft">{label}</dt>
            <dd data-testid={`forecast-${name}`} className="font-semibold tabular-nums">
              {value}
            </dd>
          </div>
        ))}
        {basis.map(
          ([name, label, value]) =>
            value !== undefined && (
              <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-3 border-t border-line pt-2 text-xs">
                <dt className="text-ink-soft">{label}</dt>
                <dd data-testid={`forecast-${name}`} className="tabular-nums">
                  {value}
                </dd>
              </div>
            ),
        )}
      </dl>
      <p className="mt-2 text-xs leading-relaxed text-ink-soft">{w('forecast.note')}</p>
    </Panel>
  );
};
