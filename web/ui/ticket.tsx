import { useId, type ReactNode } from 'react';

interface TicketProps {
  title: string;
  /** A strip across the top, for special moments. */
  banner?: ReactNode;
  /** Small text above the title. */
  label?: ReactNode;
  /** The part below the perforation. */
  stub?: ReactNode;
  children: ReactNode;
}

/** Common layout of every state: a heading, the main content, and a stub for secondary content. */
export const Ticket = ({ title, banner, label, stub, children }: TicketProps) => {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="flex flex-col rounded-3xl border border-line bg-paper shadow-[0_1px_2px_rgb(0_0_0/0.04),0_12px_32px_-16px_rgb(0_0_0/0.18)]"
    >
      {banner}
      <div className="flex grow flex-col gap-5 p-5 sm:p-8">
        <div className="flex flex-col gap-2">
          {label}
          <h2 id={id} tabIndex={-1} data-screen-heading="" className="text-2xl leading-snug font-bold tracking-tight">
            {title}
          </h2>
        </div>
        {children}
      </div>
      {stub !== undefined && (
        <>
          <div aria-hidden="true" className="relative h-0 border-t-2 border-dashed border-line">
            <span className="absolute top-[-11px] left-[-1px] h-5 w-2.5 rounded-r-full border border-l-0 border-line bg-ground" />
            <span className="absolute top-[-11px] right-[-1px] h-5 w-2.5 rounded-l-full border border-r-0 border-line bg-ground" />
          </div>
          <div className="flex flex-col gap-4 p-5 sm:px-8 sm:py-6">{stub}</div>
        </>
      )}
    </section>
  );
};

export const TicketText = ({ children }: { children: ReactNode }) => <p className="leading-relaxed text-ink-soft">{children}</p>;
