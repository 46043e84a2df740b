'use client';

import { cadence } from '@sunbeon/contracts/cadence';
import { useEffect, useRef, useState } from 'react';

/** A number that descends to the received one in steps: never below it, and complete before the next one. Upwards, or near the front, at once. */
export const useGradual = (told: number): number => {
  const [shown, setShown] = useState(told);
  const at = useRef(told);
  useEffect(() => {
    const show = (value: number): void => {
      at.current = value;
      setShown(value);
    };
    const from = at.current;
    const stride = Math.ceil((from - told) / cadence.steps);
    if (told >= from || told <= cadence.nearPositions || stride <= 1) return show(told);
    const step = (): void => {
      show(Math.max(told, at.current - stride));
      if (at.current === told) clearInterval(timer);
    };
    const timer = setInterval(step, cadence.stepMs);
    step();
    return () => clearInterval(timer);
  }, [told]);
  return shown;
};
