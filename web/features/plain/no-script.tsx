import type { ErrorCode, Sale } from '@sunbeon/contracts';
import { plainTexts } from '../../lib/i18n/plain.ts';
import { requestLanguage } from '../../lib/i18n/request-language.ts';
import { withReturn } from '../../lib/return-query.ts';
import { needsScript } from './join-form.tsx';
import { PlainJoin, PlainRefusal, takesJoins } from './plain-join.tsx';
import { PlainNews } from './plain-news.tsx';

interface NoScriptProps {
  saleId: string;
  sale: Sale | null;
  cookieSeen: boolean;
  intent: string;
  refusal: ErrorCode | undefined;
  returnAddress: string | undefined;
}

/**
 * For browsers without scripts: the join as a form, or the way to the place, and why the page does not follow the sale. A browser with the cookie joins
 * again on the page of the place, where its state is known.
 */
export const NoScript = async ({ saleId, sale, cookieSeen, intent, refusal, returnAddress }: NoScriptProps) => {
  const language = await requestLanguage();
  const t = plainTexts(language);
  const joins = sale !== null && takesJoins(sale);
  const mayJoin = joins && !cookieSeen && !needsScript(sale);
  const joinBody = sale?.status === 'lobby' ? 'again.lobby' : 'join.body';
  const body = mayJoin ? joinBody : !joins ? 'wait.body' : needsScript(sale) ? 'script.body' : 'seen.body';
  return (
    <noscript>
      <div className="mb-8 flex flex-col gap-4 rounded-3xl border border-line bg-paper p-5 sm:p-8">
        <PlainRefusal code={refusal} language={language} />
        {sale !== null && <PlainNews sale={sale} language={language} reader={mayJoin ? 'joining' : 'other'} />}
        {joins && needsScript(sale) && <p className="text-2xl leading-snug font-bold tracking-tight">{t('script.title')}</p>}
        <p className="leading-relaxed text-ink-soft">{t(body)}</p>
        {mayJoin && <PlainJoin sale={sale} intent={intent} language={language} on="sale" />}
        {cookieSeen && (
          <a
            href={withReturn(`/sales/${saleId}/place`, returnAddress)}
            data-testid="plain-place"
            className="flex min-h-12 items-center justify-center rounded-xl bg-accent px-5 py-3 font-semibold text-on-accent"
          >
            {t('place.link')}
          </a>
        )}
      </div>
    </noscript>
  );
};
