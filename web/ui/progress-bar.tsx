'use client';

import { m } from 'framer-motion';

interface ProgressBarProps {
  label: string;
  /** From 0 to 1. */
  share: number;
}

/** Grows by a transform alone, so that a slow phone has nothing to lay out. */
export const ProgressBar = ({ label, share }: ProgressBarProps) => {
  const bounded = Math.min(1, Math.max(0, share));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(bounded * 100)}
      data-testid="progress"
      className="h-2.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <m.div
        className="h-full w-full origin-left rounded-full bg-accent"
        initial={false}
        animate={{ scaleX: bounded }}
        transition={{ duration: 0.9, ease: 'easeOut' }}
      />
    </div>
  );
};
