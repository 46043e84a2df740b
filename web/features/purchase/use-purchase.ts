'use client';

import type { Hold, Purchase } from '@sunbeon/contracts';
import { useCallback, useRef, useState } from 'react';
import { api, isTransient, type Failure } from '../../lib/api.ts';
import { newKey } from '../../lib/new-key.ts';
import { retrying } from '../../lib/retry.ts';

/** unknown: no answer came; the purchase may have happened, and asking again with the same key tells. */
export type PurchasePhase = 'idle' | 'sending' | 'retrying' | 'unknown' | 'refused';

interface PurchaseOptions {
  saleId: string;
  onBought: (purchase: Purchase) => void;
  onRefused: () => void;
}

const attempts = 4;

/**
 * Buys at most once. One intent (a quantity) has one Idempotency-Key, which stays with it through every retry; a new
 * quantity, or an intent that was refused, gets a new one. While one is in flight further clicks do nothing.
 */
export const usePurchase = ({ saleId, onBought, onRefused }: PurchaseOptions) => {
  const [phase, setPhase] = useState<PurchasePhase>('idle');
  const [failure, setFailure] = useState<Failure | null>(null);
  const intent = useRef<{ key: string; quantity: number } | null>(null);
  const inFlight = useRef(false);

  const buy = useCallback(
    async (quantity: number, hold: Hold | null): Promise<void> => {
      if (inFlight.current) return;
      inFlight.current = true;
      if (intent.current?.quantity !== quantity) intent.current = { key: newKey(), quantity };
      const { key } = intent.current;
      setPhase('sending');
      setFailure(null);
      const answer = await retrying(
        () => (hold === null ? api.purchase(saleId, quantity, key) : api.confirmHold(saleId, hold)),
        { attempts, onRetry: () => setPhase('retrying') },
      );
      inFlight.current = false;
      if (answer.ok) {
        intent.current = null;
        setPhase('idle');
        onBought(answer.value);
        return;
      }
      const unknown = isTransient(answer.failure);
      if (!unknown) intent.current = null;
      setPhase(unknown ? 'unknown' : 'refused');
      setFailure(answer.failure);
      if (!unknown) onRefused();
    },
    [saleId, onBought, onRefused],
  );

  return { phase, failure, buy };
};
