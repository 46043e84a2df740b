'use client';

import type { Sale } from '@sunbeon/contracts';
import { Suspense, lazy, type FocusEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Translate } from '../../lib/i18n/messages.ts';
import { Notice } from '../../ui/notice.tsx';
import { ScreenChange } from '../../ui/screen-change.tsx';
import type { Offer } from '../entrance/link-follower.tsx';
import { useDrawCheck } from '../draw/use-draw-check.ts';
import { useKeptDraw } from '../draw/use-kept-draw.ts';
import { stayOf, useShopEntry } from '../shop/use-shop-entry.ts';
import { Announcement } from './announcement.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { saleNumbersOf, type SaleNumbers } from './sale-numbers.ts';
import { FocusHeading, screenHeading } from './focus-heading.tsx';
import { HouseRules } from './house-rules.tsx';
import { OrganiserMessage } from './organiser-message.tsx';
import { SaleFacts } from './sale-facts.tsx';
import { Screen } from './screen.tsx';
import { StatusBadge } from './status-badge.tsx';
import { useAlerts } from './use-alerts.ts';
import { useTicketQueue, type Seen, type TicketQueue } from './use-ticket-queue.ts';
import { allHeld, isInLine, isInside, isKnown, type KnownView, type View } from './view.ts';

/** Loaded with a link that offers something. */
const LinkFollower = lazy(async () => ({ default: (await import('../entrance/link-follower.tsx')).LinkFollower }));
const LinkOffer = lazy(async () => ({ default: (await import('../entrance/link-offer.tsx')).LinkOffer }));

interface WaitingRoomProps {
  saleId: string;
  seen: Seen;
}

/** Title of the tab: position or state, for readers on another tab. */
const tabTitle = (t: Translate, view: View, title: string): string => {
  if (isInside(view)) return t('admitted.tab', { title });
  if (view.state === 'waiting' && view.visitor.position !== undefined) return t('waiting.tab', { position: view.visitor.position, title });
  return `${title} · ${t('app.name')}`;
};

const offlineText = (t: Translate, view: View): string =>
  t(isInside(view) ? 'connection.offline.inside' : isInLine(view) ? 'connection.offline.notice' : 'connection.offline.other');

/**
 * Beside the ticket on a wide screen. On a phone it is below and is replaced together with the screen above it, so that a taller
 * screen causes no layout shift.
 */
const AboutSale = ({ sale, numbers, className }: { sale: Sale; numbers: SaleNumbers | null; className: string }) => (
  <div className={`flex flex-col gap-8 print:hidden ${className}`}>
    <OrganiserMessage text={sale.message} className="needs-script max-lg:hidden" />
    <SaleFacts sale={sale} numbers={numbers} />
    <HouseRules sale={sale} />
  </div>
);

/** The browser keeps no cookie: what that means before a place is taken, after, and for the shop. */
const TabOnlyNotice = ({ view }: { view: KnownView }) => {
  const { t } = useLanguage();
  return (
    <div data-testid="tab-only">
      <Notice tone="warn" role="status">
        {t(stayOf(view) !== null ? 'cookies.shop' : view.visitor !== null ? 'cookies.placed' : 'cookies.before')}
      </Notice>
    </div>
  );
};

const acceptOffer = ({ entrance: { brought }, takeTransfer, joinAs }: TicketQueue, offer: Offer): void => {
  if (offer === 'member') joinAs(true);
  else if (brought.transfer !== undefined) takeTransfer(brought.transfer);
};

/** The sale page: the sale on one side, the reader's ticket on the other. */
export const WaitingRoom = ({ saleId, seen }: WaitingRoomProps) => {
  const { t } = useLanguage();
  const queue = useTicketQueue(saleId, seen);
  const { view, connection, refresh } = queue;
  const { brought, drop } = queue.entrance;
  const [offer, setOffer] = useState<Offer | null>(null);
  const entry = useShopEntry(
    saleId,
    view,
    useCallback(() => void refresh(), [refresh]),
  );
  useKeptDraw(saleId, view);
  const check = useDrawCheck(saleId, view);
  const sale = isKnown(view) ? view.sale : view.state === 'not_found' ? null : seen.sale;
  const title = sale?.title ?? t('app.name');
  const alerts = useAlerts(view, title);
  const numbers = isKnown(view) ? saleNumbersOf(view, view.visitor?.position) : null;
  const hadFocus = useRef('');
  const receiptsOpened = useRef(false);
  // A notice that appears or disappears makes another screen of it, so that it causes no layout shift.
  const early = view.state === 'waiting' || view.state === 'lobby' ? view.sale.status : '';
  const shown = `${view.state} ${early}${isKnown(view) && allHeld(view.sale) ? ' held' : ''}${queue.tabOnly ? ' tab' : ''}${offer ?? ''}`;

  const tab = tabTitle(t, view, title);
  useEffect(() => {
    document.title = tab;
  }, [tab]);

  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent) => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) hadFocus.current = '';
  };

  return (
    <div
      data-testid="state"
      data-state={view.state}
      data-ready={queue.ready ? '' : undefined}
      className="grid gap-x-16 gap-y-6 lg:grid-cols-[1fr_27rem] lg:grid-rows-[auto_1fr]"
    >
      <div className="flex flex-col gap-3 self-start">
        <div className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-2 print:hidden">
          {sale !== null && <StatusBadge sale={sale} />}
          {view.state !== 'not_found' && (
            <span className="needs-script">
              <ConnectionBadge connection={connection} />
            </span>
          )}
        </div>
        <h1 data-testid="sale-title" className="text-3xl leading-tight font-bold tracking-tight sm:text-4xl">
          {title}
        </h1>
      </div>
      <div
        onFocus={({ target }) => (hadFocus.current = target.closest('#receipts') ? '#receipts>summary' : screenHeading)}
        onBlur={onBlur}
        className="needs-script flex flex-col gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1"
      >
        {(brought.transfer ?? brought.member) !== undefined && (
          <Suspense fallback={null}>
            <LinkFollower saleId={saleId} queue={queue} onOffer={setOffer} />
          </Suspense>
        )}
        <Announcement view={view} message={sale?.message} isProving={queue.entrance.proof !== null} />
        <ScreenChange name={shown}>
          <FocusHeading when={hadFocus}>
            <div className="flex flex-col gap-4">
              {queue.tabOnly && isKnown(view) && <TabOnlyNotice view={view} />}
              {offer !== null && (
                <Suspense fallback={null}>
                  <LinkOffer what={offer} busy={queue.busy !== null} onYes={() => acceptOffer(queue, offer)} onNo={() => drop(offer)} />
                </Suspense>
              )}
              <Screen queue={queue} alerts={alerts} entry={entry} check={check} receiptsOpened={receiptsOpened} />
            </div>
          </FocusHeading>
          <OrganiserMessage text={sale?.message} className="lg:hidden" />
          {sale !== null && <AboutSale sale={sale} numbers={numbers} className="mt-2 lg:hidden" />}
        </ScreenChange>
      </div>
      {sale !== null && <AboutSale sale={sale} numbers={numbers} className="about-beside self-start max-lg:hidden" />}
      <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-10 mx-auto max-w-md print:hidden">
        {connection === 'offline' && isKnown(view) && (
          <div className="rounded-xl shadow-[0_8px_30px_rgb(0_0_0/0.25)]">
            <Notice tone="warn">{offlineText(t, view)}</Notice>
          </div>
        )}
      </div>
    </div>
  );
};
