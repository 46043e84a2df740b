'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type ComponentProps } from 'react';
import { Dialog } from './dialog.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** Where a click leads within the console; null for a new tab, a file, or the same page. */
const targetOf = (event: MouseEvent): string | null => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest?.('a[href]');
  if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.hasAttribute('download')) return null;
  return link.origin === location.origin && link.pathname !== location.pathname ? link.pathname + link.search + link.hash : null;
};

/** Whether a page below has values that are typed and not saved: for the frame around it. */
export const hasUnsaved = (): boolean => document.querySelector('[data-unsaved]') !== null;

/** Asks whether typed values may be lost. */
export const UnsavedDialog = (props: Pick<ComponentProps<typeof Dialog>, 'busy' | 'error' | 'onYes' | 'onNo'>) => {
  const { w } = useOperatorI18n();
  return (
    <Dialog title={w('unsaved.title')} yes={w('unsaved.yes')} look="danger" {...props}>
      <p>{w('unsaved.body')}</p>
    </Dialog>
  );
};

/** A browser without the Navigation API asks nothing at its Back button. */
const historyOf = () => (window as Partial<Pick<Window, 'navigation'>>).navigation;

/**
 * Asks before typed values are lost: in words for a link of the page and for the Back button within the console, by the browser's own question for everything
 * else. Not inside the form: it has a form of its own.
 */
export const UnsavedGuard = ({ isDirty }: { isDirty: boolean }) => {
  const router = useRouter();
  const [leaving, setLeaving] = useState<{ href: string } | { key: string } | null>(null);
  const isAllowed = useRef(false);
  useEffect(() => {
    if (!isDirty) return;
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    const onClick = (event: MouseEvent): void => {
      const target = targetOf(event);
      if (target === null) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaving({ href: target });
    };
    const onTraverse = (event: NavigateEvent): void => {
      const { navigationType, destination, cancelable } = event;
      if (isAllowed.current || navigationType !== 'traverse' || !cancelable || !destination.sameDocument) return;
      if (new URL(destination.url).pathname === location.pathname) return;
      event.preventDefault();
      setLeaving({ key: destination.key });
    };
    const steps = historyOf();
    steps?.addEventListener('navigate', onTraverse);
    window.addEventListener('beforeunload', onLeave);
    // Before the page's own links see the click.
    document.addEventListener('click', onClick, true);
    return () => {
      steps?.removeEventListener('navigate', onTraverse);
      window.removeEventListener('beforeunload', onLeave);
      document.removeEventListener('click', onClick, true);
    };
  }, [isDirty]);
  // The mark is for the sign-in of a session that ends meanwhile, and for the sign-out.
  if (leaving === null) return isDirty && <span hidden data-unsaved="" />;
  return (
    <UnsavedDialog
      busy={false}
      error={null}
      onYes={() => {
        isAllowed.current = true;
        if ('href' in leaving) router.push(leaving.href);
        else historyOf()?.traverseTo(leaving.key);
      }}
      onNo={() => setLeaving(null)}
    />
  );
};
