'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Brought } from '../../lib/fragment.ts';
import { Notice } from '../../ui/notice.tsx';

interface SignInProps {
  /** Of the login; null where the shop signs people in. */
  loginUrl: string | null;
  /** A page of the shop, the first of `returnUrls`; null without one. */
  shopUrl: string | null;
  /** How the last sign-in ended, if it came to nothing. */
  outcome?: Brought['login'];
}

const linkLook =
  'inline-flex min-h-12 items-center justify-center rounded-xl bg-accent px-5 py-3 text-base leading-tight font-semibold text-on-accent hover:bg-accent-strong';

/** The way to a member token: the login of this Sunbeon, or the shop. A link, because it leaves the page. */
export const SignIn = ({ loginUrl, shopUrl, outcome }: SignInProps) => {
  const { t } = useLanguage();
  const [href, label] = loginUrl === null ? [shopUrl, t('signIn.toShop')] : [loginUrl, t('signIn.button')];
  return (
    <section data-testid="sign-in" className="flex flex-col gap-3">
      <h2 className="text-lg font-bold">{t('signIn.title')}</h2>
      <p className="leading-relaxed text-ink-soft">{t('signIn.body')}</p>
      {outcome !== undefined && (
        <Notice tone="warn" role="alert">
          {t(`signIn.${outcome}`)}
        </Notice>
      )}
      {loginUrl === null && <p className="leading-relaxed">{t('signIn.shop')}</p>}
      {href !== null && (
        // No prefetch and no router: each visit begins a login.
        <a href={href} rel="nofollow" className={linkLook} data-testid="sign-in-link">
          {label}
        </a>
      )}
    </section>
  );
};
