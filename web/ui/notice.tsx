import type { ReactNode } from 'react';

/** Colours of a notice, by what it says. */
export const noticeTones = {
  info: 'bg-accent-soft text-accent-strong',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
} as const;

interface NoticeProps {
  tone?: keyof typeof noticeTones;
  /** ARIA role: `alert` announces at once, `status` at the next pause. */
  role?: 'alert' | 'status';
  children: ReactNode;
}

export const Notice = ({ tone = 'info', role, children }: NoticeProps) => (
  <p role={role} className={`rounded-xl px-4 py-3 text-[0.9375rem] leading-relaxed ${noticeTones[tone]}`}>
    {children}
  </p>
);
