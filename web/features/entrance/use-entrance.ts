'use client';

import { useEffect, useState } from 'react';
import { onBrought, takeBrought, type Brought } from '../../lib/fragment.ts';

export interface Entrance {
  /** What the link of the page brought, and what is left of it. */
  brought: Brought;
  /** The access code as typed, or from the link. */
  code: string;
  setCode: (code: string) => void;
  /** A join was tried without the code that the sale needs. */
  isCodeMissing: boolean;
  setCodeMissing: (isMissing: boolean) => void;
  /** Share of a proof of work that is computed, null while there is none. */
  proof: number | null;
  setProof: (done: number | null) => void;
  /** The visitor said no to what a link offers, or it is done. */
  drop: (name: keyof Brought) => void;
}

/** What this visitor shows at the entrance, in the memory of the page alone. */
export const useEntrance = (): Entrance => {
  const [brought, setBrought] = useState<Brought>({});
  const [code, setCode] = useState('');
  const [isCodeMissing, setCodeMissing] = useState(false);
  const [proof, setProof] = useState<number | null>(null);
  useEffect(() => {
    const take = (): void => {
      const next = takeBrought();
      setBrought((before) => ({ ...before, ...next }));
      if (next.code !== undefined) setCode(next.code);
    };
    take();
    return onBrought(take);
  }, []);
  return {
    brought,
    code,
    setCode: (text) => {
      setCode(text);
      setCodeMissing(false);
    },
    isCodeMissing,
    setCodeMissing,
    proof,
    setProof,
    drop: (name) => setBrought(({ [name]: _, ...rest }) => rest),
  };
};
