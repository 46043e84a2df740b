'use client';

import { animate } from 'framer-motion/dom/mini';
import {
  createContext,
  useCallback,
  useContext,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
  type RefObject,
} from 'react';

const query = '(prefers-reduced-motion: reduce)';
const subscribe = (onChange: () => void): (() => void) => {
  const media = window.matchMedia(query);
  media.addEventListener('change', onChange);
  return () => media.removeEventListener('change', onChange);
};
const StillContext = createContext(false);

/** The only place that decides about motion; respects prefers-reduced-motion. */
export const MotionPreferenceRoot = ({ children }: { children: ReactNode }) => {
  const still = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
  return <StillContext value={still}>{children}</StillContext>;
};

/** Properties that animate without layout. Two values: from, to; one: from the current one. */
interface Movement {
  transform?: string | [string, string];
  opacity?: number | [number, number];
}
interface Pace {
  /** Seconds. */
  duration: number;
  delay?: number;
}
const ease = [0.2, 0.7, 0.2, 1] as const;
const last = <T,>(value: T | [T, T]): T => (Array.isArray(value) ? value[1] : value);

/** Animates an element by the Web Animations API; at once where motion is unwanted or unknown. */
export const useMove = () => {
  const still = useContext(StillContext);
  return useCallback(
    (element: HTMLElement | SVGElement | null, movement: Movement, { duration, delay = 0 }: Pace): void => {
      if (element === null) return;
      if (!still && typeof element.animate === 'function') {
        animate(element, { ...movement }, { duration, delay, ease: [...ease] });
        return;
      }
      if (movement.transform !== undefined) element.style.transform = last(movement.transform);
      if (movement.opacity !== undefined) element.style.opacity = String(last(movement.opacity));
    },
    [still],
  );
};

/** An element that transitions to each new transform. `initial` is for its style, which React must not change afterwards. */
export const useGlide = <T extends HTMLElement>(transform: string, duration: number): { element: RefObject<T | null>; initial: string } => {
  const element = useRef<T>(null);
  const [initial] = useState(transform);
  const at = useRef(transform);
  const move = useMove();
  useLayoutEffect(() => {
    if (at.current === transform) return;
    at.current = transform;
    move(element.current, { transform }, { duration });
  }, [transform, duration, move]);
  return { element, initial };
};

/** An element with an entry animation when it is mounted. */
export const useArrival = <T extends HTMLElement | SVGElement>(movement: Movement, pace: Pace, arrives = true): RefObject<T | null> => {
  const element = useRef<T>(null);
  const move = useMove();
  const once = useRef({ movement, pace, arrives, move });
  useLayoutEffect(() => {
    const { movement: by, pace: at, arrives: wanted, move: act } = once.current;
    if (wanted) act(element.current, by, at);
  }, []);
  return element;
};
