'use client';

import { cadence } from '@sunbeon/contracts/cadence';
import { useEffect, useRef, useState } from 'react';

/** Further back than `nearPositions` a position comes every ten seconds (`farMs`); the number walks there meanwhile, a step a second. */
const stepMs = 1_000;
const steps = 8;

/** A number on its way down to what was told: never below it, and there before the next one comes. Up, or near, it goes at once. */
export const useGradual = (told: number): number => {
  const [shown, setShown] = useState(told);
  const at = useRef(told);
  useEffect(() => {
    const show = (value: number): void => {
      at.current = value;
      setShown(value);
    };
    const from = at.current;
    const stride = Math.ceil((from - told) / steps);
    if (told >= from || told <= cadence.nearPositions || stride <= 1) return show(told);
    const step = (): void => {
      show(Math.max(told, at.current - stride));
      if (at.current === told) clearInterval(timer);
    };
    const timer = setInterval(step, stepMs);
    step();
    return () => clearInterval(timer);
  }, [told]);
  return shown;
};
