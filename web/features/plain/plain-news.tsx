import type { Sale } from '@sunbeon/contracts';
import { translatorOf } from '../../lib/i18n/dictionaries.ts';
import type { Language, MessageKey } from '../../lib/i18n/messages.ts';
import { Notice } from '../../ui/notice.tsx';

/** What a pause means. */
const pauses = {
  waiting: ['paused.title', 'paused.body'],
  lobby: ['lobby.paused'],
  joining: ['join.paused'],
  inside: [],
  other: ['paused.title'],
} as const satisfies Record<string, readonly MessageKey[]>;

interface PlainNewsProps {
  sale: Sale;
  language: Language;
  /** What this reader wants of the line. */
  reader: keyof typeof pauses;
}

/** What every page says beside the place: the organiser's message, and that the line stands still. */
export const PlainNews = ({ sale, language, reader }: PlainNewsProps) => {
  const t = translatorOf(language);
  return (
    <>
      {sale.status === 'paused' && pauses[reader].length > 0 && (
        <div data-testid="plain-paused">
          <Notice tone="warn">{pauses[reader].map((key) => t(key)).join('. ')}</Notice>
        </div>
      )}
      {sale.message !== undefined && sale.message !== '' && (
        <div data-testid="plain-message" className="rounded-2xl border border-line border-l-4 border-l-sun bg-paper px-5 py-4">
          <p className="text-sm font-medium text-ink-soft">{t('facts.message')}</p>
          <p className="mt-1 leading-relaxed whitespace-pre-line">{sale.message}</p>
        </div>
      )}
    </>
  );
};
