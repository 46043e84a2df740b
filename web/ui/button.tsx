import type { ComponentProps } from 'react';

const looks = {
  primary: 'px-5 bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-60',
  quiet: 'px-5 border border-line bg-transparent text-ink hover:bg-sunken disabled:opacity-60',
  text: '-mx-1 self-start px-1 text-ink-soft underline decoration-line underline-offset-4 hover:text-ink disabled:opacity-60',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks;
}

/** At least 48 px high, for touch. */
export const Button = ({ look = 'primary', className = '', type = 'button', ...rest }: ButtonProps) => (
  <button
    type={type}
    className={`inline-flex min-h-12 items-center justify-center rounded-xl py-3 text-base leading-tight font-semibold disabled:cursor-default ${looks[look]} ${className}`}
    {...rest}
  />
);
