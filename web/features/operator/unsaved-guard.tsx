'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Where a click leads within the console; null for a new tab, a file, or the same page. */
const targetOf = (event: MouseEvent): string | null => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download')) return null;
  return link.origin === location.origin && link.pathname !== location.pathname ? link.pathname + link.search + link.hash : null;
};

/** Asks before typed values are lost: in words for a link of the page, by the browser's own question for everything else. Not inside the form: it has a form of its own. */
export const UnsavedGuard = ({ isDirty }: { isDirty: boolean }) => {
  const { w } = useOperatorI18n();
  const router = useRouter();
  const [leaving, setLeaving] = useState<string | null>(null);
  useEffect(() => {
    if (!isDirty) return;
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const target = targetOf(event);
      if (target === null) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaving(target);
    };
    window.addEventListener('beforeunload', onLeave);
    // Before the page's own links see the click.
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onLeave);
      document.removeEventListener('click', onClick, true);
    };
  }, [isDirty]);
  if (leaving === null) return null;
  return (
    <Dialog
      title={w('unsaved.title')}
      yes={w('unsaved.yes')}
      look="danger"
      busy={false}
      error={null}
      onYes={() => router.push(leaving)}
      onNo={() => setLeaving(null)}
    >
      <p>{w('unsaved.body')}</p>
    </Dialog>
  );
};
