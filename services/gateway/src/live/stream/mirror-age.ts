/**
 * How long a mirror may lack events. It is compared with Redis now and then; at such a moment a mirror that follows may lack those of the last
 * milliseconds, so that not the distance counts, but when the mirror has reached what was seen.
 */
export interface MirrorAge {
  /** The mirror was read at this time: it has all events written before. */
  loaded: (askedMs: number) => void;
  /** At this time the sale had this event as its last one. */
  saw: (event: number, askedMs: number) => void;
  seconds: () => number;
}

/** `cursor`: the last event in the mirror. Times are ms, monotonic. */
export const createMirrorAge = (cursor: () => number, now: () => number = () => performance.now()): MirrorAge => {
  /** The mirror has all events written before. */
  let wholeAtMs = now();
  /** The first one seen that it did not have. */
  let awaited: { event: number; askedMs: number } | null = null;
  const settle = (): void => {
    if (awaited === null || cursor() < awaited.event) return;
    wholeAtMs = awaited.askedMs;
    awaited = null;
  };
  return {
    loaded: (askedMs) => {
      wholeAtMs = askedMs;
      awaited = null;
    },
    saw: (event, askedMs) => {
      settle();
      awaited ??= { event, askedMs };
      settle();
    },
    seconds: () => {
      settle();
      return Math.max(0, now() - wholeAtMs) / 1_000;
    },
  };
};
