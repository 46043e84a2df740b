'use client';

import { useState, type ComponentType } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { ViewOf } from '../waiting/view.ts';
import type { CheckPanelProps } from './check-panel.tsx';

/** Checks a number that was drawn. The check, its texts and its hashes are loaded by the click. */
export const CheckButton = ({ view: { sale, visitor } }: { view: ViewOf<'waiting' | 'paused'> }) => {
  const { t } = useLanguage();
  const [Panel, setPanel] = useState<ComponentType<CheckPanelProps> | null>(null);
  const [status, setStatus] = useState<'idle' | 'loading' | 'failed'>('idle');
  const { seq, generation, visitorId } = visitor;
  if (sale.draw === undefined || seq === undefined || sale.status === 'drawing') return null;
  if (Panel !== null) return <Panel place={{ saleId: sale.saleId, visitorId, generation, seq }} />;
  const load = (): void => {
    setStatus('loading');
    import('./check-panel.tsx').then(
      ({ CheckPanel }) => setPanel(() => CheckPanel),
      () => setStatus('failed'),
    );
  };
  return (
    <>
      <Button look="quiet" onClick={load} disabled={status === 'loading'} data-testid="check-button">
        {t(status === 'loading' ? 'check.loading' : 'check.button')}
      </Button>
      {status === 'failed' && (
        <Notice tone="warn" role="alert">
          {t('check.failed')}
        </Notice>
      )}
    </>
  );
};
