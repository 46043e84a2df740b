'use client';

import Link from 'next/link';
import { Fragment, useEffect } from 'react';
import { useOperatorI18n } from './use-operator-i18n.ts';

export interface Crumb {
  href: string;
  text: string;
}

const look = 'rounded text-ink-soft underline decoration-line underline-offset-4 hover:text-ink';

/** The pages above this one, from the list of sales down. */
export const Crumbs = ({ trail }: { trail: readonly Crumb[] }) => {
  const { w } = useOperatorI18n();
  return (
    <nav aria-label={w('console.title')} className="flex flex-wrap gap-x-2 text-sm">
      {[{ href: '/operator', text: w('console.sales') }, ...trail].map(({ href, text }, i) => (
        <Fragment key={href}>
          {i > 0 && (
            <span aria-hidden="true" className="text-ink-soft">
              ›
            </span>
          )}
          <Link href={href} prefetch={false} className={look}>
            {text}
          </Link>
        </Fragment>
      ))}
    </nav>
  );
};

/** The title of the window while this page is open. */
export const usePageTitle = (text: string): void => {
  const { w } = useOperatorI18n();
  useEffect(() => {
    const before = document.title;
    document.title = `${text} · ${w('console.title')}`;
    return () => {
      document.title = before;
    };
  }, [text, w]);
};
