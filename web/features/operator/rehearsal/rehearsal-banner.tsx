'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { useState } from 'react';
import type { OperatorFailure } from '../../../lib/operator-api.ts';
import { Notice } from '../../../ui/notice.tsx';
import { stalledAfterMs } from './stalled.ts';
import { ConsoleButton, ToolLink } from '../controls.tsx';
import { useMay, useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import type { Act } from '../use-sale.ts';

/** Marks a rehearsal where sales are listed. */
export const RehearsalBadge = ({ sale }: { sale: Pick<OperatorSale, 'rehearsal'> }) => {
  const { w } = useOperatorI18n();
  if (sale.rehearsal === undefined) return null;
  return (
    <span
      data-testid="rehearsal-badge"
      className="inline-flex rounded-md bg-warn-soft px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap text-warn"
    >
      {w('rehearsal.badge')}
    </span>
  );
};

/** Says that nobody here is real, and until when; stops it. Nothing on the page of another sale. */
export const RehearsalBanner = ({ sale, act }: { sale: OperatorSale; act: Act }) => {
  const { w, moment, problem } = useOperatorI18n();
  const { api } = useSession();
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const nowMs = Date.parse(sale.serverTime);
  const [seen, setSeen] = useState({ joined: sale.joined, atMs: nowMs });
  if (sale.joined !== seen.joined) setSeen({ joined: sale.joined, atMs: nowMs });
  const { rehearsal, saleId, version, status, title } = sale;
  if (rehearsal === undefined) return null;
  const stop = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFailure(null);
    const answer = await act(
      () => api.status(saleId, version, 'close'),
      () => w('rehearsal.stop.done'),
    );
    setBusy(false);
    if (!answer.ok) setFailure(answer.failure);
  };
  return (
    <section
      aria-label={w('rehearsal.badge')}
      data-testid="rehearsal"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn"
    >
      <p className="font-semibold">
        {w('rehearsal.banner', { sale: `${title} (${rehearsal.of})`, people: rehearsal.people, time: moment(rehearsal.until) })}
      </p>
      {nowMs - seen.atMs > stalledAfterMs(sale) && (
        <p role="status" data-testid="rehearsal-stalled">
          {w('rehearsal.stalled', { joined: sale.joined, people: rehearsal.people })}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <ToolLink href={`/operator/sales/${rehearsal.of}`} data-testid="rehearsal-of">
          {w('rehearsal.of')}
        </ToolLink>
        {status !== 'closed' && may('operator') && (
          <ConsoleButton look="danger" onClick={() => void stop()} aria-disabled={busy} data-testid="rehearsal-stop">
            {w(busy ? 'act.busy' : 'rehearsal.stop')}
          </ConsoleButton>
        )}
      </div>
      {/* Nothing is left to stop in one that has ended meanwhile. */}
      {status !== 'closed' && failure !== null && (
        <div className="w-full">
          <Notice tone="danger" role="alert">
            {problem(failure)}
          </Notice>
        </div>
      )}
    </section>
  );
};
