'use client';

import { AnimatePresence, m } from 'framer-motion';
import { useRef, type FocusEvent } from 'react';
import { FocusHeading } from './focus-heading.tsx';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Announcement } from './announcement.tsx';
import { ConnectionSign } from './connection-sign.tsx';
import { SaleFacts } from './sale-facts.tsx';
import { Screen } from './screen.tsx';
import { StatusBadge } from './status-badge.tsx';
import { useTicketQueue } from './use-ticket-queue.ts';
import { isKnown } from './view.ts';

interface WaitingRoomProps {
  saleId: string;
  /** The title as the web server saw it; null when it did not. */
  title: string | null;
}

/** The sale page: what is sold on one side, the reader's own ticket on the other. */
export const WaitingRoom = ({ saleId, title }: WaitingRoomProps) => {
  const { t } = useLanguage();
  const queue = useTicketQueue(saleId);
  const { view, connection } = queue;
  const known = isKnown(view) ? view : null;
  const hadFocus = useRef(false);
  const shown = view.state === 'paused' ? 'waiting' : view.state;

  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent) => {
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) hadFocus.current = false;
  };

  return (
    <div data-testid="state" data-state={view.state} className="grid gap-x-16 gap-y-6 lg:grid-cols-[1fr_27rem] lg:grid-rows-[auto_1fr]">
      <div className="flex flex-col gap-3 self-start">
        <div className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-2">
          {known !== null && <StatusBadge sale={known.sale} />}
          {view.state !== 'not_found' && <ConnectionSign connection={connection} />}
        </div>
        <h1 data-testid="sale-title" className="text-3xl leading-tight font-bold tracking-tight sm:text-4xl">
          {known?.sale.title ?? title ?? t('app.name')}
        </h1>
      </div>
      <div onFocus={() => (hadFocus.current = true)} onBlur={onBlur} className="flex flex-col gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
        <Announcement view={view} />
        {connection === 'offline' && known !== null && (
          <Notice tone="warn" role="status">
            {t('connection.offline.notice')}
          </Notice>
        )}
        <AnimatePresence mode="wait" initial={false}>
          <m.div key={shown} initial={{ opacity: 0, y: 12 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, transition: { duration: 0.12 } }}>
            <FocusHeading when={hadFocus}>
              <Screen queue={queue} />
            </FocusHeading>
          </m.div>
        </AnimatePresence>
      </div>
      {known !== null && (
        <div className="self-start">
          <SaleFacts sale={known.sale} />
        </div>
      )}
    </div>
  );
};
