'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { ViewOf } from '../waiting/view.ts';
import type { CheckControl } from './use-draw-check.ts';

/** Checks a number that was drawn. The check, its texts and its hashes are loaded by the click. */
export const CheckButton = ({
  view: { sale, visitor },
  control: { check, start },
}: {
  view: ViewOf<'waiting' | 'paused'>;
  control: CheckControl;
}) => {
  const { t } = useLanguage();
  if (sale.draw === undefined || visitor.seq === undefined || sale.status === 'drawing') return null;
  if (check.status === 'asked') {
    const { Panel, place, progress, found } = check;
    return <Panel place={place} progress={progress} found={found} onAgain={start} />;
  }
  return (
    <>
      <Button look="quiet" onClick={start} disabled={check.status === 'loading'} data-testid="check-button">
        {t(check.status === 'loading' ? 'check.loading' : 'check.button')}
      </Button>
      {check.status === 'failed' && (
        <Notice tone="warn" role="alert">
          {t('check.failed')}
        </Notice>
      )}
    </>
  );
};
