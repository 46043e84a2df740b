import { useCallback, useRef, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { codesOf, oldestMs, withoutCode, withPage, type CodesPages } from './codes-view.ts';
import type { Reading } from './read-note.tsx';
import { useSession } from './session.tsx';
import { usePoll } from './use-poll.ts';

/** Uses change with each join: codes are read this often, ms. */
export const lookEveryMs = 15_000;
/** Pages of 200 that are read each time, one after the other and the shown ones in turn: a sale with a million codes costs no more than one with a thousand. */
const pagesPerLook = 5;
/** Longest pause after failures, ms: it doubles from the second one on. */
const longestPauseMs = 60_000;
/** Timers are late by a little, ms. */
const slackMs = 500;

/** The access codes of a sale, as many pages as were asked for, kept up to date. */
export const useCodes = (saleId: string) => {
  const { api, check } = useSession();
  const [pages, setPages] = useState<CodesPages>([]);
  const [reading, setReading] = useState<OperatorFailure | null>(null);
  /** Of what was pressed. */
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const latest = useRef<CodesPages>([]);
  const turn = useRef(0);
  const pause = useRef({ failures: 0, untilMs: 0 });
  const busy = useRef(false);
  const put = useCallback((next: CodesPages): void => {
    latest.current = next;
    setPages(next);
  }, []);
  const fail = useCallback(
    (found: OperatorFailure | null): void => {
      setFailure(found);
      if (found !== null) check(found);
    },
    [check],
  );
  const read = useCallback(
    async (at: number, from: string | undefined, signal?: AbortSignal): Promise<OperatorFailure | null> => {
      const answer = await api.codes(saleId, from, signal);
      if (signal?.aborted) return null;
      if (!answer.ok) return answer.failure;
      put(withPage(latest.current, at, { from, codes: answer.value.codes, next: answer.value.next, readAtMs: api.nowMs() }));
      return null;
    },
    [api, put, saleId],
  );
  const look = useCallback(
    async (signal: AbortSignal) => {
      if (performance.now() < pause.current.untilMs) return;
      for (let left = Math.min(pagesPerLook, latest.current.length || 1); left > 0 && !signal.aborted; left -= 1) {
        const at = turn.current < latest.current.length ? turn.current : 0;
        turn.current = at + 1;
        const found = await read(at, latest.current[at]?.from, signal);
        if (signal.aborted) return;
        setReading(found);
        if (found !== null) {
          turn.current = at;
          const failures = pause.current.failures + 1;
          const pauseMs = Math.min(longestPauseMs, lookEveryMs * 2 ** (failures - 1));
          pause.current = { failures, untilMs: performance.now() + pauseMs - slackMs };
          return check(found);
        }
        pause.current = { failures: 0, untilMs: 0 };
      }
    },
    [check, read],
  );
  const lookNow = usePoll(look, lookEveryMs);
  /** Reads from a page on, now. */
  const lookFrom = (at: number): void => {
    turn.current = Math.max(0, at);
    pause.current = { ...pause.current, untilMs: 0 };
    lookNow();
  };
  const last = pages.at(-1);
  return {
    codes: codesOf(pages),
    next: last?.next,
    reading: { readAtMs: oldestMs(pages), failure: reading } satisfies Reading,
    failure,
    fail,
    more: async (): Promise<void> => {
      const from = latest.current.at(-1)?.next;
      if (busy.current || from === undefined) return;
      busy.current = true;
      fail(await read(latest.current.length, from));
      busy.current = false;
    },
    /** New codes are at the end. */
    made: () => lookFrom(latest.current.length - 1),
    takenBack: (code: string) => {
      const at = latest.current.findIndex(({ codes }) => codes.some((one) => one.code === code));
      put(withoutCode(latest.current, code));
      lookFrom(at);
    },
  };
};
