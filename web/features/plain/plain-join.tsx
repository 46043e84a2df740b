import type { ErrorCode, Sale } from '@sunbeon/contracts';
import { saleStates } from '@sunbeon/contracts/sale-status';
import { dictionaries, translatorOf } from '../../lib/i18n/dictionaries.ts';
import type { Language } from '../../lib/i18n/messages.ts';
import { plainTexts } from '../../lib/i18n/plain.ts';
import { Button } from '../../ui/button.tsx';
import { plainFormId } from './form-ids.ts';
import { JoinForm } from './join-form.tsx';

/** Whether the sale takes joins, as far as it is known without the visitor. */
export const takesJoins = (sale: Sale): boolean => saleStates[sale.status].joins && !sale.soldOut;

/** The refusal of a join that was sent as a form. */
export const PlainRefusal = ({ code, language }: { code: ErrorCode | undefined; language: Language }) => {
  if (code === undefined) return null;
  const problem = `problem.${code}` as keyof typeof dictionaries.en;
  return (
    <p role="alert" className="rounded-xl bg-danger-soft px-4 py-3 font-medium text-danger">
      {translatorOf(language)(Object.hasOwn(dictionaries.en, problem) ? problem : 'problem.other')}
    </p>
  );
};

export type CodeField = 'required' | 'optional';

interface PlainJoinProps {
  sale: Sale;
  intent: string;
  language: Language;
  /** The page that shows the form, where a refusal leads to; also the field `plain`. */
  on: 'sale' | 'place';
  /** The visitor had a place before. */
  isAgain?: boolean;
  /** Whether a sale with access codes asks this visitor for one. */
  code?: CodeField;
}

/** The join as a form that no script sends. */
export const PlainJoin = ({ sale, intent, language, on, isAgain = false, code = 'required' }: PlainJoinProps) => {
  const t = plainTexts(language);
  return (
    <>
      {sale.access === 'code' && (
        <label className="flex flex-col gap-1.5 font-medium">
          {t('join.code')}
          <input
            form={plainFormId}
            name="code"
            required={code === 'required'}
            maxLength={64}
            autoComplete="off"
            className="min-h-12 rounded-xl border border-line bg-paper px-4 py-2.5 font-mono text-lg uppercase"
          />
        </label>
      )}
      <Button type="submit" form={plainFormId} name="plain" value={on} data-testid="plain-join" className="min-h-14 text-lg">
        {sale.status === 'lobby' ? translatorOf(language)('lobby_open.button') : t(isAgain ? 'again.button' : 'join.button')}
      </Button>
      <JoinForm id={plainFormId} saleId={sale.saleId} intent={intent} />
    </>
  );
};
