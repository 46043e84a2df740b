import type { CodesList } from '@sunbeon/client';
import { useCallback, useEffect, useState } from 'react';
import type { OperatorFailure } from '../../lib/operator-api.ts';
import { useSession } from './session.tsx';

export type AccessCode = CodesList['codes'][number];

/** The access codes of a sale, as many pages as were asked for. */
export const useCodes = (saleId: string) => {
  const { api, check } = useSession();
  const [codes, setCodes] = useState<readonly AccessCode[]>([]);
  const [next, setNext] = useState<string | undefined>();
  const [isLoaded, setLoaded] = useState(false);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const fail = useCallback(
    (found: OperatorFailure): void => {
      setFailure(found);
      check(found);
    },
    [check],
  );
  const read = useCallback(
    async (cursor?: string): Promise<void> => {
      const answer = await api.codes(saleId, cursor);
      if (!answer.ok) return fail(answer.failure);
      setFailure(null);
      setLoaded(true);
      setNext(answer.value.next);
      setCodes((before) => (cursor === undefined ? answer.value.codes : [...before, ...answer.value.codes]));
    },
    [api, saleId, fail],
  );
  useEffect(() => {
    void read();
  }, [read]);
  return { codes, next, isLoaded, failure, fail, more: () => read(next), again: () => read() };
};
