'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import type { ReactNode } from 'react';
import { Panel } from './controls.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import type { SaleView } from './view.ts';

export const Row = ({ label, children, testId }: { label: string; children: ReactNode; testId?: string }) => (
  <div className="flex items-baseline justify-between gap-4 border-t border-line py-1.5 text-sm first:border-t-0">
    <dt className="shrink-0 text-ink-soft">{label}</dt>
    <dd data-testid={testId} className="min-w-0 text-right font-medium">
      {children}
    </dd>
  </div>
);

/** Leader, its epoch, and the last tick. */
export const Heartbeat = ({ sale, stats }: { sale: OperatorSale; stats: NonNullable<SaleView['stats']> }) => {
  const { w, number, near } = useOperatorI18n();
  return (
    <Panel id="heartbeat" title={w('health.title')}>
      <dl>
        <Row label={w('health.leader')} testId="leader">
          <span className="text-xs break-all">{sale.leader ?? w('health.leader.none')}</span>
        </Row>
        <Row label={w('health.epoch')}>{number(sale.epoch)}</Row>
        <Row label={w('health.tick')}>{sale.lastTickAt ? near(sale.lastTickAt, sale.serverTime) : w('sales.never')}</Row>
        <Row label={w('health.event')}>{number(stats.events)}</Row>
        <Row label={w('health.gateways')}>{number(stats.gateways)}</Row>
      </dl>
    </Panel>
  );
};
