'use client';

import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { saveFile } from '../../../lib/save-file.ts';
import { Notice } from '../../../ui/notice.tsx';
import { ConsoleButton, LoadLink, Panel } from '../controls.tsx';
import { Crumbs, usePageTitle } from '../crumbs.tsx';
import { useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { useSaleFacts } from '../use-sale-facts.ts';
import { OrdersSearch } from './orders-search.tsx';
import { OrdersTable } from './orders-table.tsx';
import { queryOf, searchOf, type OrdersQuery, type OrdersView } from './orders-view.ts';
import { useOrders } from './use-orders.ts';

/** The sale's title is read this often, ms. */
const titleEveryMs = 30_000;

/** All orders as a file; the button says when it is being made, and the status line when it is there. */
const DownloadButton = ({ saleId }: { saleId: string }) => {
  const { w, problem } = useOperatorI18n();
  const { api, check } = useSession();
  const [said, setSaid] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const download = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setSaid(null);
    const answer = await api.ordersCsv(saleId);
    setBusy(false);
    if (!answer.ok) {
      check(answer.failure);
      return setSaid(problem(answer.failure));
    }
    saveFile(answer.value, `orders-${saleId}.csv`);
    setSaid(w('orders.csv.done'));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span role="status" data-testid="orders-csv-said" className="text-xs text-ink-soft">
        {said}
      </span>
      <ConsoleButton onClick={() => void download()} aria-disabled={isBusy} title={w('orders.csv.note')} data-testid="orders-csv">
        {w(isBusy ? 'orders.csv.busy' : 'orders.csv')}
      </ConsoleButton>
    </div>
  );
};

/** Why there is nothing to see. */
const Nothing = ({ view }: { view: OrdersView }) => {
  const { w } = useOperatorI18n();
  const { query, next } = view;
  if (query === null || next !== undefined) return null;
  return (
    <p className="py-6 text-center text-sm text-ink-soft" data-testid="orders-none">
      {query.q !== ''
        ? w('orders.none.found', { q: query.q })
        : w(query.state === 'all' ? 'orders.none' : (`orders.none.${query.state}` as const))}
    </p>
  );
};

/** What is below the rows: how many there are, and the way to more. */
const Rest = ({ view, more }: { view: OrdersView; more: () => void }) => {
  const { w } = useOperatorI18n();
  const { orders, next, phase } = view;
  if (phase === 'loading' || (next === undefined && orders.length === 0)) return null;
  const isSearching = orders.length === 0;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line pt-3">
      <p className="text-xs text-ink-soft" data-testid="orders-count">
        {isSearching ? w('orders.further.note') : w(next === undefined ? 'orders.all_shown' : 'orders.shown', { count: orders.length })}
      </p>
      {next !== undefined && (
        <ConsoleButton onClick={more} aria-disabled={phase === 'more'} data-testid="orders-more">
          {w(phase === 'more' ? 'orders.more.busy' : isSearching ? 'orders.further' : 'orders.more')}
        </ConsoleButton>
      )}
    </div>
  );
};

/** The orders of a sale. Question and filter are in the address, which can be shared and reloaded. */
export const OrdersPage = ({ saleId }: { saleId: string }) => {
  const { w, moment, problem } = useOperatorI18n();
  const search = useSearchParams();
  const [query, setQuery] = useState<OrdersQuery>(() => queryOf(search));
  const { view, more } = useOrders(saleId, query);
  const sale = useSaleFacts(saleId, titleEveryMs);
  const base = `/operator/sales/${saleId}`;
  usePageTitle(`${w('orders.title')} · ${sale?.title ?? saleId}`);
  const ask = (next: OrdersQuery): void => {
    setQuery(next);
    window.history.replaceState(null, '', `${base}/orders${searchOf(next)}`);
  };
  const isLoading = view.phase === 'loading';
  return (
    <>
      <div className="flex flex-col gap-3">
        <Crumbs trail={[{ href: base, text: sale?.title ?? saleId }]} />
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <h1 className="text-2xl leading-tight font-bold tracking-tight">{w('orders.title')}</h1>
          <div className="flex flex-wrap items-center gap-2">
            <DownloadButton saleId={saleId} />
            <LoadLink href={`${base}/check-in`} data-testid="to-check-in">
              {w('orders.check_in')}
            </LoadLink>
          </div>
        </div>
        <OrdersSearch query={query} onQuery={ask} />
      </div>
      <Panel
        id="orders"
        title={w('orders.list')}
        aside={
          <div className="flex items-center gap-2 text-xs text-ink-soft">
            {view.readAtMs !== null && <span>{w('orders.read_at', { time: moment(new Date(view.readAtMs).toISOString()) })}</span>}
            <ConsoleButton look="text" className="px-2!" onClick={() => setQuery({ ...query })} data-testid="orders-refresh">
              {w('orders.refresh')}
            </ConsoleButton>
          </div>
        }
      >
        <p role="status" className="sr-only">
          {isLoading ? '' : w(view.next === undefined ? 'orders.all_shown' : 'orders.shown', { count: view.orders.length })}
        </p>
        {view.phase === 'failed' && view.failure !== null && (
          <div className="mb-3 flex flex-col items-start gap-2">
            <Notice tone="danger" role="alert">
              {w('orders.failed')} {problem(view.failure)}
            </Notice>
            <ConsoleButton onClick={() => setQuery({ ...query })} data-testid="orders-retry">
              {w('orders.retry')}
            </ConsoleButton>
          </div>
        )}
        <div aria-busy={isLoading} className={isLoading && view.orders.length > 0 ? 'opacity-50' : ''}>
          {isLoading && view.orders.length === 0 && <p className="py-6 text-center text-sm text-ink-soft">{w('orders.loading')}</p>}
          {view.orders.length > 0 && (
            <OrdersTable orders={view.orders} hrefOf={({ purchaseId }) => `${base}/orders/${purchaseId}${searchOf(query)}`} />
          )}
          {view.phase === 'ready' && view.orders.length === 0 && <Nothing view={view} />}
          <Rest view={view} more={more} />
        </div>
      </Panel>
    </>
  );
};
