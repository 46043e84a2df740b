import { useCallback } from 'react';
import { useSession } from '../session.tsx';
import { useRead } from '../use-read.ts';

/** The plan is read with each new version of the sale, which a change of the plan is, and at this interval, ms. */
const lookEveryMs = 10_000;

/** The planned changes of a sale, next first. */
export const usePlanned = (saleId: string, version: number) => {
  const { api } = useSession();
  const read = useCallback((signal: AbortSignal) => api.planned(saleId, signal), [api, saleId]);
  return useRead(read, lookEveryMs, version);
};
