'use client';

import type { Sale } from '@sunbeon/contracts';
import type { Failure } from '../../lib/api.ts';
import { useEffect, useRef } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Brought } from '../../lib/fragment.ts';
import { Notice } from '../../ui/notice.tsx';

interface SignInProps {
  sale: Pick<Sale, 'saleId' | 'returnUrls'>;
  /** How the last login ended, if it came to nothing. */
  login: Brought['login'];
  /** The refusal of a join. */
  failure: Failure | null;
}

const linkLook =
  'inline-flex min-h-12 items-center justify-center rounded-xl bg-accent px-5 py-3 text-base leading-tight font-semibold text-on-accent hover:bg-accent-strong';

/** The way to a member token: the login of this Sunbeon, or the shop. A link, because it leaves the page, and to no other address that an answer may name. */
export const SignIn = ({ sale, login, failure }: SignInProps) => {
  const { t } = useLanguage();
  // The button that had the focus is gone.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const loginPath = `/api/sales/${sale.saleId}/login`;
  const hasLogin = login !== undefined || (failure !== null && 'loginUrl' in failure && failure.loginUrl === loginPath);
  const [href, label] = hasLogin ? [loginPath, t('signIn.button')] : [sale.returnUrls?.[0], t('signIn.toShop')];
  const outcome = failure?.code === 'invalid_member' ? 'failed' : login;
  return (
    <section data-testid="sign-in" className="flex flex-col gap-3">
      <h2 ref={heading} tabIndex={-1} className="text-lg font-bold outline-none">
        {t('signIn.title')}
      </h2>
      <p className="leading-relaxed text-ink-soft">{t('signIn.body')}</p>
      {outcome !== undefined && (
        <Notice tone="warn" role="alert">
          {t(`signIn.${outcome}`)}
        </Notice>
      )}
      {!hasLogin && <p className="leading-relaxed">{t('signIn.shop')}</p>}
      {href !== undefined && (
        // No prefetch and no router: each visit begins a login.
        <a href={href} rel="nofollow" className={linkLook} data-testid="sign-in-link">
          {label}
        </a>
      )}
    </section>
  );
};
