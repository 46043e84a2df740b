'use client';

import { useId } from 'react';
import { momentText } from '../../lib/i18n/format.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { timeOfRound } from './beacon.ts';
import type { CheckResult, Place } from './check-draw.ts';
import { checkTexts } from './check-texts.ts';
import type { KeptDraw } from './kept-draw.ts';
import type { CheckProgress } from './run-check.ts';

export interface CheckPanelProps extends CheckProgress {
  place: Omit<Place, 'kept'>;
  onAgain: () => void;
}

const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole);

/** The result of the check in words, with what this browser can say of the time before the draw. */
export const CheckPanel = ({ place, progress, found, onAgain }: CheckPanelProps) => {
  const { language } = useLanguage();
  const id = useId();
  const c = checkTexts[language];
  const number = (value: number): string => new Intl.NumberFormat(language).format(value);
  const time = (ms: number): string => momentText(language, new Date(ms).toISOString());

  const verdictOf = (result: CheckResult): { tone: 'info' | 'warn' | 'danger'; lines: string[] } => {
    if (result.outcome === 'undrawn' || result.outcome === 'unreachable') return { tone: 'warn', lines: [c[result.outcome]] };
    if (result.outcome === 'wrong')
      return {
        tone: 'danger',
        lines: [
          c.wrong,
          result.fault === 'place' ? fill(c.place, { place: number(result.place ?? 0), seq: number(place.seq) }) : c.faults[result.fault],
          c.tell,
        ],
      };
    const values = { place: number(place.seq), count: number(result.count) };
    if (result.doubt !== null) return { tone: 'warn', lines: [fill(c.notProven, values), c.doubts[result.doubt]] };
    return { tone: 'info', lines: [fill(result.place === null ? c.later : c.right, values), c.checked] };
  };
  const remarksOf = (result: CheckResult, kept: KeptDraw | null): string[] => {
    if (result.outcome !== 'right') return [];
    const { round, doubt } = result;
    const commitment = kept === null ? c.nothingKept : fill(c.commitmentKept, { time: time(kept.commitmentAtMs) });
    if (round === null || doubt !== null) return [commitment];
    const { rootAtMs } = kept ?? {};
    const times = { time: time(rootAtMs ?? 0), round: time(timeOfRound(round)) };
    const root = rootAtMs === undefined ? c.rootUnheard : fill(rootAtMs < timeOfRound(round) ? c.rootBefore : c.rootAfter, times);
    return [commitment, root];
  };
  const outcome =
    found === null ? 'running' : found.result.outcome === 'right' && found.result.doubt !== null ? 'not_proven' : found.result.outcome;
  const verdict = found === null ? null : verdictOf(found.result);
  return (
    <section aria-labelledby={id} data-testid="check" data-outcome={outcome} className="flex flex-col gap-3">
      <h3 id={id} className="font-semibold">
        {c.title}
      </h3>
      {verdict === null && (
        <div className="flex flex-col gap-2 text-sm text-ink-soft tabular-nums">
          <progress aria-labelledby={id} max={progress?.count ?? 1} value={progress?.done ?? 0} className="h-2 w-full accent-accent" />
          <span>{progress === null ? c.reading : fill(c.progress, { done: number(progress.done), count: number(progress.count) })}</span>
        </div>
      )}
      <div role="status" className="flex flex-col gap-3">
        {verdict !== null && found !== null && (
          <>
            <Notice tone={verdict.tone}>
              <span className="flex flex-col gap-1">
                {verdict.lines.map((line, i) => (
                  <span key={line} className={i === 0 ? 'font-semibold' : ''}>
                    {line}
                  </span>
                ))}
              </span>
            </Notice>
            {remarksOf(found.result, found.kept).map((remark) => (
              <p key={remark} className="text-sm leading-relaxed text-ink-soft">
                {remark}
              </p>
            ))}
          </>
        )}
      </div>
      {found !== null && found.result.outcome !== 'right' && (
        <Button look="quiet" onClick={onAgain} data-testid="check-again">
          {c.again}
        </Button>
      )}
    </section>
  );
};
