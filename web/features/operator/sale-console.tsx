'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useEffect } from 'react';
import { sellsHere } from '../../lib/sale-kind.ts';
import { Notice } from '../../ui/notice.tsx';
import { ActionBar } from './action-bar.tsx';
import { AttentionPanel } from './attention-panel.tsx';
import { LoadLink, ToolLink } from './controls.tsx';
import { DrawPanel } from './draw-panel.tsx';
import { DeleteSale } from './delete-sale.tsx';
import { EffectNotice } from './effect-notice.tsx';
import { ForecastPanel } from './forecast-panel.tsx';
import { FreshnessBadge, StaleNotice } from './freshness.tsx';
import { Heartbeat } from './heartbeat.tsx';
import { Invariants } from './invariants.tsx';
import { SaleKpis } from './sale-kpis.tsx';
import { SaleSettings } from './sale-settings.tsx';
import { OperatorStatusBadge } from './operator-status-badge.tsx';
import { AuditLogPanel } from './audit-log-panel.tsx';
import { CodesPanel } from './codes-panel.tsx';
import { PlannedPanel } from './planned/planned-panel.tsx';
import { RehearsalBadge, RehearsalBanner } from './rehearsal/rehearsal-banner.tsx';
import { Rehearse } from './rehearsal/rehearse.tsx';
import { useMay } from './session.tsx';
import { useSale } from './use-sale.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** The charts and their library are loaded after the stats, and only here. */
const SaleCharts = dynamic(() => import('./sale-charts.tsx').then((module) => module.SaleCharts), {
  ssr: false,
  loading: () => <div className="min-h-96 rounded-xl border border-line bg-paper" />,
});

const Crumb = () => {
  const { w } = useOperatorI18n();
  return (
    <nav aria-label={w('console.title')} className="text-sm">
      <Link href="/operator" prefetch={false} className="rounded text-ink-soft underline decoration-line underline-offset-4 hover:text-ink">
        {w('console.sales')}
      </Link>
    </nav>
  );
};

/** One sale: status, actions, history. `created`: by an attempt that had no answer. */
export const SaleConsole = ({ saleId, created = false }: { saleId: string; created?: boolean }) => {
  const { w, problem, moment } = useOperatorI18n();
  const may = useMay();
  const { view, act } = useSale(saleId);
  const { sale, stats } = view;
  const title = sale?.title;
  useEffect(() => {
    if (title === undefined) return;
    const before = document.title;
    document.title = `${title} · ${w('console.title')}`;
    return () => {
      document.title = before;
    };
  }, [title, w]);
  if (view.missing || sale === null || stats === null) {
    return (
      <>
        <Crumb />
        {view.failure === null ? (
          <p className="text-ink-soft">{w('fresh.loading')}</p>
        ) : (
          <Notice tone="danger" role="alert">
            {view.missing ? w('sale.missing') : problem(view.failure)}
          </Notice>
        )}
      </>
    );
  }
  return (
    <>
      <div className="flex flex-col gap-3">
        <Crumb />
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="flex min-w-0 flex-col gap-1.5">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
              <h1 className="text-2xl leading-tight font-bold tracking-tight">{sale.title}</h1>
              <OperatorStatusBadge sale={sale} />
              <RehearsalBadge sale={sale} />
            </div>
            <p className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-ink-soft">
              <span>{w('sale.id', { id: sale.saleId })}</span>
              {sale.kind === 'gate' && <span data-testid="gate">{w('kind.gate')}</span>}
              <span data-testid="version">{w('sale.version', { version: sale.version })}</span>
              {sale.lobbyOpensAt && sale.status === 'scheduled' && (
                <span>{w('sale.lobby.opens', { time: moment(sale.lobbyOpensAt, sale.timeZone) })}</span>
              )}
              {sale.opensAt && (sale.status === 'scheduled' || sale.status === 'lobby') && (
                <span>{w('sale.opens', { time: moment(sale.opensAt, sale.timeZone) })}</span>
              )}
              {sale.closesAt && <span>{w('sale.closes', { time: moment(sale.closesAt, sale.timeZone) })}</span>}
              <FreshnessBadge receivedAtMs={view.receivedAtMs} />
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            {sale.rehearsal === undefined && (
              <ToolLink href={`/sales/${saleId}`} target="_blank" rel="noopener">
                {w('sale.public')}
              </ToolLink>
            )}
            {sellsHere(sale) && may('operator') && (
              <>
                <ToolLink href={`/operator/sales/${saleId}/orders`} data-testid="to-orders">
                  {w('orders.title')}
                </ToolLink>
                <LoadLink href={`/operator/sales/${saleId}/check-in`} data-testid="to-check-in">
                  {w('orders.check_in')}
                </LoadLink>
              </>
            )}
            {may('admin') && sale.rehearsal === undefined && <Rehearse sale={sale} />}
            <ToolLink href={`/operator/sales/${saleId}/report`} data-testid="to-report">
              {w('report.title')}
            </ToolLink>
            {may('admin') && (
              <>
                <ToolLink href={`/operator/sales/${saleId}/edit`} data-testid="edit">
                  {w('sale.edit')}
                </ToolLink>
                {sale.rehearsal === undefined && (
                  <ToolLink href={`/operator/new?from=${saleId}`} data-testid="duplicate">
                    {w('duplicate.button')}
                  </ToolLink>
                )}
                {sale.status === 'closed' && <DeleteSale sale={sale} />}
              </>
            )}
          </div>
        </div>
        <ActionBar sale={sale} act={act} />
      </div>
      {created && <Notice role="status">{w('sale.created.before')}</Notice>}
      <AttentionPanel view={view} />
      <RehearsalBanner sale={sale} act={act} />
      <EffectNotice effect={view.effect} />
      <StaleNotice receivedAtMs={view.receivedAtMs} reason={view.failure ? problem(view.failure) : null} />
      {sale.message && (
        <p className="rounded-xl bg-accent-soft px-4 py-3 text-sm text-accent-strong" data-testid="message">
          <b className="font-semibold">{w('field.message')}:</b> {sale.message}
        </p>
      )}
      <SaleKpis view={view} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_21rem] xl:grid-rows-[auto_1fr]">
        <SaleCharts history={view.history} sale={sale} />
        <div className="grid gap-5 md:grid-cols-2 xl:row-span-2 xl:grid-cols-1">
          <ForecastPanel sale={sale} stats={stats} />
          <Heartbeat sale={sale} stats={stats} />
          <Invariants saleId={saleId} invariants={stats.invariants} />
          {sale.draw !== undefined && <DrawPanel sale={sale} />}
          <SaleSettings sale={sale} />
        </div>
        <div className="grid gap-5">
          {sale.rehearsal === undefined && <PlannedPanel sale={sale} />}
          {sale.access === 'code' && may('admin') && <CodesPanel saleId={saleId} />}
          {may('operator') && <AuditLogPanel saleId={saleId} version={sale.version} />}
        </div>
      </div>
    </>
  );
};
