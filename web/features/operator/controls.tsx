import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  quiet: 'bg-paper text-ink border-line hover:bg-sunken',
  danger: 'bg-paper text-danger border-line hover:bg-danger-soft',
  text: 'border-transparent text-ink-soft underline decoration-line underline-offset-4 hover:text-ink',
} as const;
export type ConsoleButtonLook = keyof typeof looks;

const tool = (look: ConsoleButtonLook): string =>
  `inline-flex min-h-10 items-center justify-center gap-2 rounded-lg border px-3.5 py-1.5 text-sm leading-tight font-semibold whitespace-nowrap disabled:opacity-60 disabled:cursor-default ${looks[look]}`;

/** A button of the console: smaller than those of visitors, still 40 px for a thumb. */
export const ConsoleButton = ({
  look = 'quiet',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { look?: ConsoleButtonLook }) => <button type={type} className={`${tool(look)} ${className}`} {...rest} />;

export const ToolLink = ({ look = 'quiet', className = '', ...rest }: ComponentProps<typeof Link> & { look?: ConsoleButtonLook }) => (
  <Link prefetch={false} className={`${tool(look)} ${className}`} {...rest} />
);

/** A link that loads the page anew: for one with a policy of its own, which is a document's. */
export const LoadLink = ({ look = 'quiet', className = '', children, ...rest }: ComponentProps<'a'> & { look?: ConsoleButtonLook }) => (
  <a className={`${tool(look)} ${className}`} {...rest}>
    {children}
  </a>
);

/** A box of the console with its heading. */
export const Panel = ({
  id,
  title,
  aside,
  children,
  className = '',
}: {
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) => (
  <section aria-labelledby={id} className={`rounded-xl border border-line bg-paper ${className}`}>
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3 pb-2">
      <h2 id={id} className="text-sm font-bold">
        {title}
      </h2>
      {aside}
    </div>
    <div className="px-4 pb-4">{children}</div>
  </section>
);
