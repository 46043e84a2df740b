'use client';

import type { OperatorFailure } from '../../lib/operator-api.ts';
import { Notice } from '../../ui/notice.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

/** How the reading of a list goes that the page reads by itself. */
export interface Reading {
  /** When it was read last, by the clock that judges the times of a sale; null before that. */
  readAtMs: number | null;
  /** Of the last attempt; null when that had an answer. */
  failure: OperatorFailure | null;
}

/** Failures that say nothing but that there was no answer. */
const unanswered: readonly string[] = ['network', 'unavailable'];

/** Says that a list was not read yet, could not be read, or is an old one; nothing while it is fresh. An empty list says so by itself. */
export const ReadNote = ({ readAtMs, failure }: Reading) => {
  const { w, moment, problem } = useOperatorI18n();
  const said = readAtMs === null ? w('read.failed') : w('read.old', { time: moment(new Date(readAtMs).toISOString()) });
  return (
    <div role="status" data-testid="read-note" className="mb-2 empty:hidden">
      {failure !== null && (
        <Notice tone="danger">
          {said} {!unanswered.includes(failure.code) && problem(failure)}
        </Notice>
      )}
      {failure === null && readAtMs === null && <p className="text-sm text-ink-soft">{w('read.loading')}</p>}
    </div>
  );
};
