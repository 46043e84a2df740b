'use client';

import type { Order } from '@sunbeon/contracts';
import { limits } from '@sunbeon/contracts/limits';
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import { newKey } from '../../../lib/new-key.ts';
import type { OperatorAnswer } from '../../../lib/operator-api.ts';
import { useSession } from '../session.tsx';
import { noCheckIn, reduceCheckIn, resultOf, type Result } from './check-in-view.ts';
import { codeOf, isMeant, searchesOf } from './code.ts';
import { keptCheckIns } from './kept-check-ins.ts';

/** Pauses before the same is asked again, ms; after the last one the page waits for the connection, or a press. */
const pausesMs = [500, 1_500, 4_000];
/** Pages that a search reads at most. Only orders from before orders were listed need more than one. */
const mostPages = 20;
/** Orders to choose from. */
const mostChoices = 8;

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

/** Checks orders of a sale in, one at a time: the newest attempt is the one that is shown. */
export const useCheckIn = (saleId: string) => {
  const { api, check } = useSession();
  const [view, dispatch] = useReducer(reduceCheckIn, noCheckIn);
  const kept = useMemo(() => keptCheckIns(saleId), [saleId]);
  const turn = useRef(0);
  const busyWith = useRef<string | null>(null);

  useEffect(() => {
    dispatch({ type: 'kept', recent: kept.recent() });
    return () => {
      // What comes later is nobody's.
      turn.current += 1;
    };
  }, [kept]);
  const { recent } = view;
  const wasRead = useRef(false);
  useEffect(() => {
    // Not the empty list from before the kept one was read.
    if (wasRead.current) kept.keepRecent(recent);
    wasRead.current = true;
  }, [kept, recent]);

  /** Calls until there is an answer, while this is the newest attempt. Null: none came. */
  const insist = useCallback(async <T>(mine: number, call: () => Promise<OperatorAnswer<T>>): Promise<OperatorAnswer<T> | null> => {
    for (const pauseMs of [...pausesMs, null]) {
      const answer = await call();
      if (answer.ok || resultOf('', undefined, answer.failure) !== null) return answer;
      if (turn.current !== mine || pauseMs === null) return null;
      dispatch({ type: 'again', turn: mine });
      await pause(pauseMs);
      if (turn.current !== mine) return null;
    }
    return null;
  }, []);

  const find = useCallback(
    async (mine: number, text: string, q: string): Promise<Order | Result> => {
      for (const words of searchesOf(q)) {
        let cursor: string | undefined;
        // A page may be empty though there is more.
        for (let page = 0; page < mostPages; page += 1) {
          const from = cursor;
          const answer = await insist(mine, () => api.orders(saleId, { q: words, cursor: from, limit: limits.ordersPerPage }));
          if (answer === null) return { kind: 'lost', text };
          if (!answer.ok) {
            check(answer.failure);
            return resultOf(text, undefined, answer.failure) ?? { kind: 'lost', text };
          }
          const [one, ...others] = answer.value.orders.filter((order) => isMeant(order, q)).slice(0, mostChoices);
          if (one !== undefined) return others.length === 0 ? one : { kind: 'several', text, choices: [one, ...others] };
          cursor = answer.value.next;
          if (cursor === undefined) break;
        }
      }
      return { kind: 'not_found', text };
    },
    [api, check, insist, saleId],
  );

  const checkIn = useCallback(
    async (mine: number, text: string, purchaseId: string): Promise<Result> => {
      const key = kept.keyOf(purchaseId, Date.now(), newKey);
      const answer = await insist(mine, () => api.checkInOrder(saleId, purchaseId, key));
      if (answer === null) return { kind: 'lost', text, purchaseId };
      kept.answered(purchaseId);
      if (answer.ok) {
        const { quantity, checkedInAt, reference } = answer.value;
        return { kind: 'ok', text, purchaseId, quantity, reference, at: checkedInAt };
      }
      check(answer.failure);
      return resultOf(text, purchaseId, answer.failure) ?? { kind: 'lost', text, purchaseId };
    },
    [api, check, insist, kept, saleId],
  );

  /** `text`: what was typed or read. The same text again while it is being asked for is one attempt. */
  const submit = useCallback(
    async (text: string): Promise<void> => {
      const code = codeOf(text);
      if (code.kind === 'empty' || busyWith.current === text) return;
      const mine = (turn.current += 1);
      const answered = (result: Result) => dispatch({ type: 'answered', turn: mine, result, nowMs: Date.now() });
      dispatch({ type: 'asked', turn: mine });
      if (code.kind === 'unreadable') return answered({ kind: 'unreadable', text });
      busyWith.current = text;
      const found = code.kind === 'id' ? code : await find(mine, text, code.q);
      const result = 'text' in found ? found : await checkIn(mine, text, found.purchaseId);
      if (busyWith.current === text) busyWith.current = null;
      answered(result);
      if ((result.kind === 'already' || result.kind === 'cancelled') && result.purchaseId !== undefined) {
        const order = await api.order(saleId, result.purchaseId);
        if (order.ok) dispatch({ type: 'details', turn: mine, order: order.value });
      }
    },
    [api, checkIn, find, saleId],
  );

  const lost = view.result?.kind === 'lost' ? view.result.text : null;
  useEffect(() => {
    if (lost === null) return;
    const again = () => void submit(lost);
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [lost, submit]);

  return { view, submit, clear: () => dispatch({ type: 'cleared' }) };
};
