'use client';

import type { OperatorIdentity } from '@sunbeon/contracts';
import { mayAs } from '@sunbeon/contracts/operator-roles';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OperatorApi, OperatorFailure } from '../../lib/operator-api.ts';
import { useKeptFocus } from './use-kept-focus.ts';

/** Pause before a question that had no answer is asked again, ms: it doubles, up to the longest. */
const askAgainMs = 2_000;
const longestPauseMs = 10_000;
/** Interval of questions of a tab that is looked at, ms: one that gets neither focus nor message. */
const askEveryMs = 60_000;
/** Sign-ins and sign-outs of this browser: all its tabs have one cookie. */
const channelName = 'sunbeon-operator';

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

/** A browser without channels learns of the other tabs by focus. */
const channelOf = (): BroadcastChannel | null => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(channelName));

export interface Signed {
  /** Undefined until it is known, null for nobody. */
  identity: OperatorIdentity | null | undefined;
  /** The session ended by itself, or in another tab: the pages of `identity` are hidden below the sign-in. */
  isOver: boolean;
  /** Grows with each operator who gets the pages anew. */
  turn: number;
}

/** Whether an operator goes on with the pages of another session: the same name, which may do all that they show. */
const goesOn = (before: OperatorIdentity, now: OperatorIdentity): boolean => before.name === now.name && mayAs(now.role, before.role);

/** Whoever is signed in: pages of one operator never go on under the name or the role of another. */
const signedAs = ({ identity, turn }: Signed, now: OperatorIdentity): Signed => ({
  identity: identity?.name === now.name && identity.role === now.role ? identity : now,
  isOver: false,
  turn: identity && !goesOn(identity, now) ? turn + 1 : turn,
});

/**
 * Who is signed in, by the session's cookie, which another tab may change: it is asked at the start, when the tab is looked at, and when another one signs in
 * or out. Without an answer it is asked again, less and less often, while somebody looks: an outage signs nobody out.
 */
export const useIdentity = (api: OperatorApi) => {
  const [signed, setSigned] = useState<Signed>({ identity: undefined, isOver: false, turn: 0 });
  const noteFocus = useKeptFocus(signed.isOver);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const latest = useRef(signed);
  const question = useRef<AbortController | null>(null);
  /** The question under way waits to be asked again. */
  const isWaiting = useRef(false);
  const channel = useRef<BroadcastChannel | null>(null);
  const put = useCallback(
    (next: Signed): void => {
      if (next.isOver && !latest.current.isOver) noteFocus();
      latest.current = next;
      setSigned(next);
    },
    [noteFocus],
  );
  const end = useCallback((): void => {
    const { identity } = latest.current;
    put(identity ? { ...latest.current, isOver: true } : { ...latest.current, identity: null });
  }, [put]);
  const ask = useCallback(async (): Promise<void> => {
    question.current?.abort();
    const mine = new AbortController();
    question.current = mine;
    isWaiting.current = false;
    for (let pauseMs = askAgainMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const answer = await api.session(mine.signal);
      if (mine.signal.aborted) return;
      const isNobody = answer.ok ? answer.value === undefined : answer.failure.code === 'invalid_token';
      if (answer.ok || isNobody) {
        question.current = null;
        setFailure(null);
        if (answer.ok && answer.value !== undefined) return put(signedAs(latest.current, answer.value));
        return end();
      }
      setFailure(answer.failure);
      isWaiting.current = true;
      await pause(pauseMs);
      if (mine.signal.aborted) return;
      isWaiting.current = false;
      // Nobody looks: it is asked when the tab is looked at again.
      if (document.hidden && latest.current.identity) {
        question.current = null;
        return;
      }
    }
  }, [api, put, end]);
  useEffect(() => {
    // The answer to a question under way is of now as well.
    const look = (): void => {
      if (!document.hidden && (question.current === null || isWaiting.current)) void ask();
    };
    void ask();
    channel.current = channelOf();
    channel.current?.addEventListener('message', () => void ask());
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      question.current?.abort();
      channel.current?.close();
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [ask]);
  const isShown = Boolean(signed.identity) && !signed.isOver;
  useEffect(() => {
    if (!isShown) return;
    const timer = setInterval(() => {
      if (!document.hidden && question.current === null) void ask();
    }, askEveryMs);
    return () => clearInterval(timer);
  }, [ask, isShown]);
  /** After a sign-in or sign-out of this tab: an answer from before it says nothing, and the other tabs ask anew. */
  const set = useCallback(
    (now: OperatorIdentity | null): void => {
      question.current?.abort();
      question.current = null;
      put(now === null ? { ...latest.current, identity: null, isOver: false } : signedAs(latest.current, now));
      channel.current?.postMessage('');
    },
    [put],
  );
  return { ...signed, failure, set, end };
};
