import { translatorOf } from '../lib/i18n/dictionaries.ts';
import { requestLanguage } from '../lib/i18n/request-language.ts';

/** For browsers without scripts: the reason, and the facts that still hold. */
export const NoScript = async () => {
  const t = translatorOf(await requestLanguage());
  return (
    <noscript>
      <div className="mb-8 rounded-3xl border border-line bg-paper p-5 sm:p-8">
        <p className="text-2xl leading-snug font-bold tracking-tight">{t('noscript.title')}</p>
        <p className="mt-3 leading-relaxed text-ink-soft">{t('noscript.body')}</p>
      </div>
    </noscript>
  );
};
