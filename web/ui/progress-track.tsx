'use client';

import { useGlide } from './motion.tsx';

interface ProgressTrackProps {
  label: string;
  /** From 0 to 1. */
  share: number;
  from: string;
  to: string;
}

const glideSeconds = 0.9;

/** Progress from the first position to the admission: a sun that moves, by transforms alone. */
export const ProgressTrack = ({ label, share, from, to }: ProgressTrackProps) => {
  const bounded = Math.min(1, Math.max(0, share));
  const bar = useGlide<HTMLDivElement>(`scaleX(${bounded})`, glideSeconds);
  const sun = useGlide<HTMLDivElement>(`translateX(${bounded * 100}%)`, glideSeconds);
  return (
    <div className="flex flex-col gap-2">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(bounded * 100)}
        data-testid="progress"
        className="relative h-5"
      >
        <div className="absolute inset-x-0 top-1.5 h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
          <div ref={bar.element} className="h-full w-full origin-left rounded-full bg-accent" style={{ transform: bar.initial }} />
        </div>
        <div className="absolute inset-y-0 right-5 left-0">
          <div ref={sun.element} className="h-5 w-full" style={{ transform: sun.initial }}>
            <span className="block size-5 rounded-full border-4 border-paper bg-sun shadow-[0_0_0_1px_var(--line),0_2px_6px_rgb(0_0_0/0.2)]" />
          </div>
        </div>
      </div>
      <div className="flex justify-between gap-4 text-sm text-ink-soft tabular-nums">
        <span>{from}</span>
        <span>{to}</span>
      </div>
    </div>
  );
};
