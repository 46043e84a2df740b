import { estimateText } from '../../lib/i18n/format.ts';
import type { Translate } from '../../lib/i18n/messages.ts';
import { allHeld, type ViewOf } from './view.ts';

/** The estimate in words, or why there is none. */
export const etaText = (t: Translate, { state, sale, visitor: { etaSeconds } }: ViewOf<'waiting' | 'paused'>): string => {
  if (state === 'paused') return t('paused.eta');
  if (sale.status === 'lobby' || sale.status === 'drawing') return t('waiting.eta.early');
  return etaSeconds === undefined || allHeld(sale) ? t('waiting.eta.unknown') : estimateText(t, etaSeconds);
};
