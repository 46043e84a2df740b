'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import type { Connection } from '../../lib/live.ts';

const dots: Record<Connection, string> = { live: 'bg-accent', polling: 'bg-ink-soft', offline: 'bg-danger' };

/** State of the connection, as a dot and a few words. */
export const ConnectionBadge = ({ connection }: { connection: Connection }) => {
  const { t } = useLanguage();
  return (
    <span data-testid="connection" data-connection={connection} className="inline-flex items-center gap-2 text-sm text-ink-soft">
      <span aria-hidden="true" className={`size-2 rounded-full ${dots[connection]}`} />
      {t(`connection.${connection}`)}
    </span>
  );
};
