'use client';

import type { SaleReport } from '@sunbeon/contracts';
import { sellsHere } from '../../../lib/sale-kind.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { takeoversOf } from './curves.ts';
import { useTimes } from './use-times.ts';

/** The sale in figures; a word says what is not known. */
export const KeyNumbers = ({ report }: { report: SaleReport }) => {
  const { w, number, language } = useOperatorI18n();
  const { duration } = useTimes();
  const { sale, waits, paceKept, estimates } = report;
  const unknown = w('report.unknown');
  const percent = (share: number): string => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
  const ofAdmitted = (count: number): string =>
    sale.admitted > 0 ? w('report.share_of_admitted', { percent: percent(count / sale.admitted) }) : '';
  const figures: [name: string, label: string, value: string, note?: string][] = [
    ...(sellsHere(sale)
      ? ([
          ['sold', w('report.sold'), number(sale.stock.sold), w('report.sold.of', { total: sale.stock.total })],
          [
            'purchases',
            w('report.purchases'),
            number(report.purchases),
            report.cancelledOrders > 0
              ? w('report.purchases.cancelled', { count: report.cancelledOrders, tickets: report.cancelledTickets })
              : undefined,
          ],
        ] as [string, string, string, string?][])
      : ([['completed', w('report.completed'), number(sale.completed), ofAdmitted(sale.completed)]] as [
          string,
          string,
          string,
          string?,
        ][])),
    ['joined', w('report.joined'), number(sale.joined), w('report.joined.left', { count: sale.left })],
    ['admitted', w('report.admitted'), number(sale.admitted)],
    ['no-shows', w('report.no_shows'), number(report.noShows), ofAdmitted(report.noShows)],
    ['wait-p50', w('report.wait.p50'), waits ? duration(waits.p50Seconds) : unknown, w('report.wait.p50.note')],
    ['wait-p95', w('report.wait.p95'), waits ? duration(waits.p95Seconds) : unknown, w('report.wait.p95.note')],
    ['wait-longest', w('report.wait.longest'), waits ? duration(waits.longestSeconds) : unknown],
    ['pace', w('report.pace'), paceKept === undefined ? unknown : percent(paceKept), w('report.pace.note')],
    [
      'estimates',
      w('report.estimates'),
      estimates ? w('report.seconds', { s: number(estimates.meanErrorSeconds, 1) }) : unknown,
      estimates && w('report.estimates.note', { count: estimates.count }),
    ],
    ['takeovers', w('report.takeovers'), number(takeoversOf(report.rows))],
  ];
  return (
    <section aria-labelledby="report-figures">
      <h2 id="report-figures" className="sr-only">
        {w('report.figures')}
      </h2>
      <dl className="report-figures grid gap-px overflow-hidden rounded-xl border border-line bg-paper">
        {figures.map(([name, label, value, note]) => (
          <div key={name} className="px-4 py-3 shadow-[0_0_0_1px_var(--line)]" data-testid={`report-${name}`}>
            <dt className="text-xs font-medium text-ink-soft">{label}</dt>
            <dd className="text-xl font-bold">{value}</dd>
            {note && <dd className="text-xs text-ink-soft">{note}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
};
