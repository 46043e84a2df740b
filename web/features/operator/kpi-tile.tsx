import type { ReactNode } from 'react';

interface KpiTileProps {
  /** Name of the tile for tests: `kpi-<name>`. */
  name: string;
  label: string;
  value: string;
  /** The unformatted number. */
  exact?: number | null;
  note?: ReactNode;
  alarm?: boolean;
  children?: ReactNode;
}

/** One figure: name, value, and one reference value. Its width does not depend on its digits. */
export const KpiTile = ({ name, label, value, exact, note, alarm = false, children }: KpiTileProps) => (
  <div className="flex min-w-0 flex-col gap-1 bg-paper px-4 py-3">
    <dt className="truncate text-xs font-medium text-ink-soft">{label}</dt>
    <dd data-testid={`kpi-${name}`} data-value={exact ?? ''} className="flex flex-1 flex-col gap-1">
      <span className={`text-2xl leading-tight font-bold tracking-tight whitespace-nowrap ${alarm ? 'text-danger' : ''}`}>{value}</span>
      {children}
      {note !== undefined && <span className="text-xs text-ink-soft">{note}</span>}
    </dd>
  </div>
);

/** Tiles in one frame, with hairlines between. A last one that is alone in its row fills it. */
export const KpiTiles = ({ label, children }: { label: string; children: ReactNode }) => (
  <section aria-label={label}>
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line md:grid-cols-4 max-md:[&>:last-child:nth-child(odd)]:col-span-2 md:[&>:last-child:nth-child(4n+1)]:col-span-4">
      {children}
    </dl>
  </section>
);
