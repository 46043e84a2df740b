import type { ReactNode } from 'react';

const tones = {
  info: 'bg-accent-soft text-accent-strong',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
} as const;

interface NoticeProps {
  tone?: keyof typeof tones;
  /** ARIA role: `alert` announces at once, `status` at the next pause. */
  role?: 'alert' | 'status';
  children: ReactNode;
}

export const Notice = ({ tone = 'info', role, children }: NoticeProps) => (
  <p role={role} className={`rounded-xl px-4 py-3 text-[0.9375rem] leading-relaxed ${tones[tone]}`}>
    {children}
  </p>
);
