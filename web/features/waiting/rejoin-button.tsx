'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { EntranceFields, failureBeside, mustSignIn } from '../entrance/entrance-fields.tsx';
import { ProblemText } from './problem-text.tsx';
import type { TicketQueue } from './use-ticket-queue.ts';
import { mayJoin, type KnownView } from './view.ts';

interface RejoinButtonProps {
  view: KnownView;
  queue: TicketQueue;
  look?: 'primary' | 'quiet';
}

/** Shown only while a join can succeed. */
export const RejoinButton = ({ view, queue, look = 'primary' }: RejoinButtonProps) => {
  const { t } = useLanguage();
  return (
    <>
      {mayJoin(view) && (
        <EntranceFields sale={view.sale} entrance={queue.entrance} failure={queue.failure} disabled={queue.busy !== null} />
      )}
      <ProblemText failure={failureBeside(view.sale, queue.failure)} />
      {mayJoin(view) && !mustSignIn(view.sale, queue.entrance, queue.failure) && (
        <Button look={look} onClick={queue.join} disabled={queue.busy !== null} data-testid="rejoin-button">
          {queue.busy === 'join' ? t('join.busy') : t('rejoin.button')}
        </Button>
      )}
    </>
  );
};
