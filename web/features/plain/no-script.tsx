import type { ErrorCode, Sale } from '@sunbeon/contracts';
import { saleStates } from '@sunbeon/contracts/sale-status';
import { translatorOf, dictionaries } from '../../lib/i18n/dictionaries.ts';
import { plainTexts } from '../../lib/i18n/plain.ts';
import { requestLanguage } from '../../lib/i18n/request-language.ts';
import { Button } from '../../ui/button.tsx';
import { withReturn } from '../../lib/return-query.ts';
import { plainFormId } from './form-ids.ts';
import { JoinForm, needsScript } from './join-form.tsx';

interface NoScriptProps {
  saleId: string;
  sale: Sale | null;
  cookieSeen: boolean;
  intent: string;
  refusal: ErrorCode | undefined;
  returnAddress: string | undefined;
}

/** For browsers without scripts: the join as a form, or the way to the place, and why the page does not follow the sale. */
export const NoScript = async ({ saleId, sale, cookieSeen, intent, refusal, returnAddress }: NoScriptProps) => {
  const language = await requestLanguage();
  const [t, shared] = [plainTexts(language), translatorOf(language)];
  const joins = sale !== null && saleStates[sale.status].joins && !sale.soldOut;
  const mayJoin = joins && !cookieSeen && !needsScript(sale);
  const problem = `problem.${refusal}` as keyof typeof dictionaries.en;
  return (
    <noscript>
      <div className="mb-8 flex flex-col gap-4 rounded-3xl border border-line bg-paper p-5 sm:p-8">
        {refusal !== undefined && (
          <p role="alert" className="rounded-xl bg-danger-soft px-4 py-3 font-medium text-danger">
            {shared(Object.hasOwn(dictionaries.en, problem) ? problem : 'problem.other')}
          </p>
        )}
        {joins && needsScript(sale) && <p className="text-2xl leading-snug font-bold tracking-tight">{t('script.title')}</p>}
        <p className="leading-relaxed text-ink-soft">
          {t(mayJoin ? 'join.body' : joins && needsScript(sale) ? 'script.body' : 'wait.body')}
        </p>
        {mayJoin && sale.access === 'code' && (
          <label className="flex flex-col gap-1.5 font-medium">
            {t('join.code')}
            <input
              form={plainFormId}
              name="code"
              required
              maxLength={64}
              autoComplete="off"
              className="min-h-12 rounded-xl border border-line bg-paper px-4 py-2.5 font-mono text-lg uppercase"
            />
          </label>
        )}
        {mayJoin && (
          <Button type="submit" form={plainFormId} name="plain" value="1" data-testid="plain-join" className="min-h-14 text-lg">
            {t('join.button')}
          </Button>
        )}
        {mayJoin && <JoinForm id={plainFormId} saleId={saleId} intent={intent} />}
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
