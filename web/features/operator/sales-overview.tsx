'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import Link from 'next/link';
import { useId, useState } from 'react';
import { Notice } from '../../ui/notice.tsx';
import { hasLine, sellsHere } from '../../lib/sale-kind.ts';
import { AuditLogPanel } from './audit-log-panel.tsx';
import { byUrgency, matches } from './actions.ts';
import { ToolLink } from './controls.tsx';
import { FreshnessBadge, StaleNotice } from './freshness.tsx';
import { KpiTile, KpiTiles } from './kpi-tile.tsx';
import { OperatorStatusBadge } from './operator-status-badge.tsx';
import { RehearsalBadge } from './rehearsal/rehearsal-banner.tsx';
import { useMay } from './session.tsx';
import { StockBar } from './stock-bar.tsx';
import { useSales } from './use-sales.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Number of sales from which the filter is shown. */
const filterFrom = 6;
/** Rows shown at once: a table of thousands is slow to draw each second. */
const mostRows = 200;

const tickAge = ({ lastTickAt, serverTime }: OperatorSale): number | null =>
  lastTickAt === undefined ? null : Math.max(0, Date.parse(serverTime) - Date.parse(lastTickAt)) / 1_000;

const SaleRow = ({ sale }: { sale: OperatorSale }) => {
  const { w, number } = useOperatorI18n();
  const age = tickAge(sale);
  const cell = 'px-3 py-3 text-right whitespace-nowrap max-lg:hidden';
  return (
    <tr data-testid={`sale-${sale.saleId}`} className="relative border-t border-line hover:bg-sunken">
      <th scope="row" className="px-4 py-3 text-left font-normal">
        <Link href={`/operator/sales/${sale.saleId}`} prefetch={false} className="rounded font-semibold after:absolute after:inset-0">
          {sale.title}
        </Link>
        <span className="block text-xs text-ink-soft">
          {sale.saleId}
          {!sellsHere(sale) && <> · {w('kind.gate')}</>}
        </span>
        <span className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-soft lg:hidden">
          <OperatorStatusBadge sale={sale} />
          <RehearsalBadge sale={sale} />
          <span>
            {w('sales.column.waiting')} <b className="font-semibold text-ink">{hasLine(sale) ? number(sale.waiting) : '–'}</b>
          </span>
          <span>
            {w('sales.column.active')} <b className="font-semibold text-ink">{number(sale.active)}</b>
          </span>
          {sellsHere(sale) && (
            <span>
              {w('sales.column.stock')}{' '}
              <b className="font-semibold text-ink">{w('sales.of', { count: sale.stock.left, total: sale.stock.total })}</b>
            </span>
          )}
        </span>
      </th>
      <td className="px-3 py-3 max-lg:hidden">
        <span className="flex flex-wrap gap-1.5">
          <OperatorStatusBadge sale={sale} />
          <RehearsalBadge sale={sale} />
        </span>
      </td>
      <td className={`${cell} font-semibold`}>{hasLine(sale) ? number(sale.waiting) : '–'}</td>
      <td className={cell}>{w('sales.of', { count: sale.active, total: sale.activeLimit })}</td>
      <td className={cell}>{w('sales.per_second', { count: sale.admitPerSecond })}</td>
      <td className={cell}>
        {sellsHere(sale) ? (
          <span className="flex flex-col items-end gap-1.5">
            {w('sales.of', { count: sale.stock.left, total: sale.stock.total })}
            <span className="w-28">
              <StockBar stock={sale.stock} />
            </span>
          </span>
        ) : (
          <span className="text-ink-soft">–</span>
        )}
      </td>
      <td className={`${cell} ${age !== null && age > 3 ? 'font-semibold text-danger' : 'text-ink-soft'}`}>
        {age === null ? w('sales.never') : w('sales.ago', { seconds: number(age, 1, true) })}
      </td>
    </tr>
  );
};

/** All sales with their status and key stats, those that need attention first. */
export const SalesOverview = () => {
  const { w, number, problem } = useOperatorI18n();
  const { sales, broken, receivedAtMs, failure } = useSales();
  const may = useMay();
  const [filter, setFilter] = useState('');
  const id = useId();
  const matching = (sales ?? []).filter((sale) => matches(sale, filter)).sort(byUrgency);
  const shown = matching.slice(0, mostRows);
  const sum = (of: (sale: OperatorSale) => number): string =>
    // Virtual people are none of the installation's.
    sales === null ? '–' : number(sales.reduce((total, sale) => total + (sale.rehearsal === undefined ? of(sale) : 0), 0));
  const columns = ['status', 'waiting', 'active', 'pace', 'stock', 'tick'] as const;
  return (
    <>
      {/* The link stays where it is when the words beside the heading change. */}
      <div className="flex items-start justify-between gap-x-6">
        <div className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1">
          <h1 className="text-2xl font-bold tracking-tight">{w('console.sales')}</h1>
          <FreshnessBadge receivedAtMs={receivedAtMs} />
        </div>
        {may('admin') && (
          <ToolLink href="/operator/new" look="primary" data-testid="new-sale">
            {w('console.new')}
          </ToolLink>
        )}
      </div>
      <StaleNotice receivedAtMs={receivedAtMs} reason={failure ? problem(failure) : null} />
      {receivedAtMs === null && failure !== null && (
        <Notice tone="danger" role="alert">
          {problem(failure)}
        </Notice>
      )}
      <KpiTiles label={w('sale.figures')}>
        <KpiTile name="all-open" label={w('sales.open')} value={sum(({ status }) => (status === 'open' ? 1 : 0))} />
        <KpiTile name="all-waiting" label={w('sales.waiting')} value={sum((sale) => (hasLine(sale) ? sale.waiting : 0))} />
        <KpiTile name="all-active" label={w('sales.active')} value={sum(({ active }) => active)} />
        <KpiTile name="all-sold" label={w('sales.sold')} value={sum((sale) => (sellsHere(sale) ? sale.stock.sold : 0))} />
      </KpiTiles>
      {(sales?.length ?? 0) >= filterFrom && (
        <div className="flex flex-col gap-1.5 sm:max-w-xs">
          <label htmlFor={`${id}-filter`} className="text-sm font-semibold">
            {w('sales.filter')}
          </label>
          <input
            id={`${id}-filter`}
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            autoComplete="off"
            className="min-h-10 rounded-lg border border-(--field-line) bg-paper px-3"
          />
        </div>
      )}
      {broken.map(({ saleId, broken: why }) => (
        <Notice key={saleId} tone="danger">
          <b>{saleId}</b> {w('sales.broken', { why })}
        </Notice>
      ))}
      {sales !== null && shown.length === 0 && (
        <p className="rounded-xl border border-line bg-paper px-4 py-8 text-center text-ink-soft">
          {w(sales.length === 0 ? 'sales.none' : 'sales.filter.none')}
        </p>
      )}
      {shown.length > 0 && (
        <div className="overflow-hidden rounded-xl border border-line bg-paper">
          <table className="w-full text-sm">
            <thead className="text-xs text-ink-soft max-lg:sr-only">
              <tr>
                <th scope="col" className="px-4 py-2.5 text-left font-medium">
                  {w('sales.column.sale')}
                </th>
                {columns.map((column) => (
                  <th key={column} scope="col" className={`px-3 py-2.5 font-medium ${column === 'status' ? 'text-left' : 'text-right'}`}>
                    {w(`sales.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((sale) => (
                <SaleRow key={sale.saleId} sale={sale} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {matching.length > shown.length && (
        <p className="text-sm text-ink-soft">{w('sales.filter.more', { count: number(matching.length - shown.length) })}</p>
      )}
      {may('operator') && <AuditLogPanel />}
    </>
  );
};
