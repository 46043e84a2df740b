'use client';

import { useState } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { TicketQueue } from './use-ticket-queue.ts';

/** Requires a confirmation: leaving cannot be undone. */
export const LeaveButton = ({ queue, from = 'line' }: { queue: TicketQueue; from?: 'line' | 'inside' | 'lobby' }) => {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  const leave = () => {
    setAsking(false);
    queue.leave();
  };
  return (
    <>
      <Button look="text" onClick={() => setAsking(true)} disabled={queue.busy !== null} data-testid="leave-button">
        {t(from === 'line' ? 'leave.button' : `leave.button.${from}`)}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t(from === 'lobby' ? 'leave.confirm.lobby.title' : 'leave.confirm.title')}
        body={t(from === 'lobby' ? 'leave.confirm.lobby.body' : 'leave.confirm.body')}
        yes={t('leave.confirm.yes')}
        no={t('leave.confirm.no')}
        onYes={leave}
        onNo={() => setAsking(false)}
      />
    </>
  );
};
