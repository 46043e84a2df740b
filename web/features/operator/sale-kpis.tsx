'use client';

import { hasLine, isConfirmedByShop, sellsHere } from '../../lib/sale-kind.ts';
import { estimateErrors, rateNow } from './history.ts';
import { KpiTile, KpiTiles } from './kpi-tile.tsx';
import { StockBar } from './stock-bar.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import type { SaleView } from './view.ts';

/** Rates are of the last ten seconds, ms: steady enough to read, fresh enough to act on. */
const rateOverMs = 10_000;
/** Age from which a tick is late, seconds: a fail-over takes up to three. */
const lateTickSeconds = 3;

/** What matters now, in eight numbers. A gate has visits that the shop ends in place of purchases and stock. */
export const SaleKpis = ({ view: { sale, stats, history } }: { view: SaleView }) => {
  const { w, number } = useOperatorI18n();
  if (sale === null || stats === null) return null;
  const admitted = rateNow(history, 'admitted', rateOverMs);
  const purchases = rateNow(history, 'purchases', rateOverMs);
  const error = estimateErrors(history).at(-1) ?? null;
  const tickAge = sale.lastTickAt === undefined ? null : Math.max(0, Date.parse(sale.serverTime) - Date.parse(sale.lastTickAt)) / 1_000;
  const endedStays = Math.max(0, sale.admitted - sale.active);
  const conversion = endedStays === 0 ? null : sale.completed / endedStays;
  const rate = (value: number | null): string => (value === null ? '–' : number(value, 1, true));
  return (
    <KpiTiles label={w('sale.figures')}>
      <KpiTile
        name="waiting"
        label={w('kpi.waiting')}
        value={hasLine(sale) ? number(sale.waiting) : '–'}
        exact={hasLine(sale) ? sale.waiting : null}
        note={
          hasLine(sale) || sale.waiting === 0
            ? w('kpi.waiting.note', { count: sale.joined })
            : w('kpi.waiting.over', { count: sale.waiting })
        }
      />
      {sale.lobbyOpensAt !== undefined && (
        <KpiTile name="lobby" label={w('kpi.lobby')} value={number(sale.lobby)} exact={sale.lobby} note={w('kpi.lobby.note')} />
      )}
      <KpiTile
        name="active"
        label={w('kpi.active')}
        value={number(sale.active)}
        exact={sale.active}
        note={w('kpi.active.note', { count: sale.activeLimit })}
      />
      <KpiTile
        name="admitted"
        label={w('kpi.admitted')}
        value={rate(admitted)}
        exact={admitted}
        note={w('kpi.admitted.note', { count: sale.admitPerSecond })}
      />
      {sellsHere(sale) ? (
        <>
          <KpiTile
            name="purchases"
            label={w('kpi.purchases')}
            value={rate(purchases)}
            exact={stats.purchases}
            note={
              isConfirmedByShop(sale)
                ? w('kpi.purchases.note.shop', { count: stats.purchases, abandoned: sale.abandoned })
                : w('kpi.purchases.note', { count: stats.purchases })
            }
          />
          <KpiTile
            name="left"
            label={w('kpi.left')}
            value={number(sale.stock.left)}
            exact={sale.stock.left}
            note={w('kpi.left.note', { held: sale.stock.held, sold: sale.stock.sold })}
          >
            <StockBar stock={sale.stock} />
          </KpiTile>
        </>
      ) : (
        <>
          <KpiTile
            name="completed"
            label={w('kpi.completed')}
            value={number(sale.completed)}
            exact={sale.completed}
            note={w('kpi.completed.note', { count: sale.abandoned })}
          />
          <KpiTile
            name="conversion"
            label={w('kpi.conversion')}
            value={conversion === null ? '–' : w('kpi.percent', { count: number(conversion * 100, 1) })}
            exact={conversion}
            note={w('kpi.conversion.note', { count: endedStays })}
          />
        </>
      )}
      <KpiTile
        name="browsers"
        label={w('kpi.browsers')}
        value={number(stats.browsers)}
        exact={stats.browsers}
        note={w('kpi.browsers.note', { count: stats.gateways })}
      />
      <KpiTile
        name="estimate"
        label={w('kpi.estimate')}
        value={error === null ? '–' : w('kpi.seconds', { count: number(error, 1, true) })}
        exact={error}
        note={error === null ? w('kpi.estimate.none') : w('kpi.estimate.note', { count: stats.estimates })}
      />
      <KpiTile
        name="tick"
        label={w('kpi.tick')}
        value={tickAge === null ? '–' : w('kpi.ago', { count: number(tickAge, 1, true) })}
        exact={tickAge}
        alarm={tickAge !== null && tickAge > lateTickSeconds}
        note={w('kpi.tick.note', { epoch: sale.epoch })}
      />
    </KpiTiles>
  );
};
