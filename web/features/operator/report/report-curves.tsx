'use client';

import type { SaleReport } from '@sunbeon/contracts';
import { useMemo } from 'react';
import { sellsHere } from '../../../lib/sale-kind.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { curveOf, perMinuteOf } from './curves.ts';
import { Figure, type Line } from './figure.tsx';
import { useTimes } from './use-times.ts';

/** Six curves over the whole sale; at a gate five, without a stock. */
export const ReportCurves = ({ report: { sale, rows } }: { report: SaleReport }) => {
  const { w } = useOperatorI18n();
  const { axis } = useTimes();
  const sells = sellsHere(sale);
  const figures = useMemo((): [name: string, title: string, lines: Line[]][] => {
    const wanted = curveOf(rows, 'paceWanted').map(({ atMs, value }) => ({ atMs, value: value * 60 }));
    return [
      ['waiting', w('report.curve.waiting'), [{ label: '', color: 1, curve: curveOf(rows, 'waiting') }]],
      [
        'admitted',
        w('report.curve.admitted'),
        [
          { label: w('report.curve.admitted.real'), color: 1, curve: perMinuteOf(rows, 'admitted') },
          { label: w('report.curve.admitted.wanted'), color: 3, curve: wanted },
        ],
      ],
      ['active', w('report.curve.active'), [{ label: '', color: 2, curve: curveOf(rows, 'active') }]],
      ...(sells
        ? ([
            [
              'tickets',
              w('report.curve.tickets'),
              [
                { label: w('report.curve.sold'), color: 1, curve: curveOf(rows, 'sold') },
                { label: w('report.curve.left'), color: 2, curve: curveOf(rows, 'left') },
              ],
            ],
            ['purchases', w('report.curve.purchases'), [{ label: '', color: 2, curve: perMinuteOf(rows, 'purchases') }]],
          ] as [string, string, Line[]][])
        : ([
            [
              'completions',
              w('report.curve.completions'),
              [
                { label: w('report.curve.completed'), color: 2, curve: perMinuteOf(rows, 'completed') },
                { label: w('report.curve.abandoned'), color: 3, curve: perMinuteOf(rows, 'abandoned') },
              ],
            ],
          ] as [string, string, Line[]][])),
      ['browsers', w('report.curve.browsers'), [{ label: '', color: 2, curve: curveOf(rows, 'browsers') }]],
    ];
  }, [rows, sells, w]);
  const [fromMs, toMs] = [rows[0]![0]!, rows.at(-1)![0]!];
  return (
    <section aria-labelledby="report-curves" className="flex flex-col gap-3">
      <h2 id="report-curves" className="text-sm font-bold">
        {w('report.curves')}
      </h2>
      <div className="report-curves grid gap-x-6 gap-y-4">
        {figures.map(([name, title, lines]) => (
          <Figure key={name} name={name} title={title} lines={lines} fromMs={fromMs} toMs={toMs} timeOf={axis(toMs - fromMs)} />
        ))}
      </div>
    </section>
  );
};
