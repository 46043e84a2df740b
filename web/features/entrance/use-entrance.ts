'use client';

import { useEffect, useState } from 'react';
import type { CodeFault } from './code-text.ts';
import { onBrought, takeBrought, type Brought } from '../../lib/fragment.ts';

export interface Entrance {
  /** What the link of the page brought, and what is left of it. */
  brought: Brought;
  /** The access code as typed, or from the link. */
  code: string;
  setCode: (code: string) => void;
  /** Why the typed text is no code, after a try to join with it. */
  codeFault: CodeFault | null;
  setCodeFault: (fault: CodeFault | null) => void;
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
  const [codeFault, setCodeFault] = useState<CodeFault | null>(null);
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
      setCodeFault(null);
    },
    codeFault,
    setCodeFault,
    proof,
    setProof,
    drop: (name) => setBrought(({ [name]: _, ...rest }) => rest),
  };
};
