'use client';

import type { Hold, Purchase } from '@sunbeon/contracts';
import { useCallback, useRef, useState } from 'react';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import { newKey } from '../../lib/new-key.ts';
import { isUnknown, retrying } from '../../lib/retry.ts';

/** unknown: no answer; the purchase may have happened, and a retry with the same key shows it. */
export type PurchasePhase = 'idle' | 'sending' | 'retrying' | 'unknown' | 'refused';
export type PurchaseAction = 'buy' | 'hold' | 'confirm' | 'release';

interface PurchaseOptions {
  saleId: string;
  onBought: (purchase: Purchase) => void;
  onHeld: (hold: Hold) => void;
  onReleased: (hold: Hold) => void;
  onRefused: () => void;
}

const attempts = 4;

/**
 * Buys at most once. One intent (an action and a quantity) has one Idempotency-Key, kept through every retry; another
 * intent, or one after a refusal, gets a new one. While one is in flight further clicks do nothing.
 */
export const usePurchase = ({ saleId, onBought, onHeld, onReleased, onRefused }: PurchaseOptions) => {
  const [phase, setPhase] = useState<PurchasePhase>('idle');
  const [action, setAction] = useState<PurchaseAction | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const intent = useRef<{ key: string; of: string } | null>(null);
  const inFlight = useRef(false);

  const keyOf = (of: string): string => {
    if (intent.current?.of !== of) intent.current = { key: newKey(), of };
    return intent.current.key;
  };

  const run = useCallback(
    async <T>(name: PurchaseAction, call: () => Promise<Answer<T>>, onDone: (value: T) => void): Promise<void> => {
      if (inFlight.current) return;
      inFlight.current = true;
      setAction(name);
      setPhase('sending');
      setFailure(null);
      const answer = await retrying(call, { attempts, isWorthIt: isUnknown, onRetry: () => setPhase('retrying') });
      inFlight.current = false;
      if (answer.ok) {
        intent.current = null;
        setPhase('idle');
        onDone(answer.value);
        return;
      }
      const unknown = isUnknown(answer.failure);
      if (!unknown) intent.current = null;
      setPhase(unknown ? 'unknown' : 'refused');
      setFailure(answer.failure);
      if (!unknown) onRefused();
    },
    [onRefused],
  );

  const buy = useCallback(
    (quantity: number) => run('buy', () => api.purchase(saleId, quantity, keyOf(`buy:${quantity}`)), onBought),
    [saleId, run, onBought],
  );
  const setAside = useCallback(
    (quantity: number) => run('hold', () => api.hold(saleId, quantity, keyOf(`hold:${quantity}`)), onHeld),
    [saleId, run, onHeld],
  );
  const confirm = useCallback((hold: Hold) => run('confirm', () => api.confirmHold(saleId, hold), onBought), [saleId, run, onBought]);
  const release = useCallback(
    (hold: Hold) =>
      run(
        'release',
        () => api.releaseHold(saleId, hold),
        () => onReleased(hold),
      ),
    [saleId, run, onReleased],
  );

  return { phase, action, failure, running: phase === 'sending' || phase === 'retrying', buy, setAside, confirm, release };
};
