'use client';

import type { OperatorSale, PlannedChange } from '@sunbeon/contracts';
import { useState } from 'react';
import { Dialog } from '../dialog.tsx';
import { useSession } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { ChangeList } from './planned-detail.tsx';

interface UnplanProps {
  sale: OperatorSale;
  planned: PlannedChange;
  onDone: () => void;
}

/** Failures after which the change may be taken back all the same. */
const openOutcomes: readonly string[] = ['network', 'unavailable', 'internal_error'];

/** Takes a planned change back. One that is gone was made, or taken back by somebody else: it is never shown as a success. */
export const UnplanDialog = ({ sale, planned: { plannedId, at, change }, onDone }: UnplanProps) => {
  const { w, problem, moment } = useOperatorI18n();
  const { api, check } = useSession();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  /** An attempt of this dialog had no answer. */
  const [isLost, setLost] = useState(false);
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const answer = await api.unplan(sale.saleId, plannedId);
    setBusy(false);
    if (answer.ok) return onDone();
    check(answer.failure);
    const { code } = answer.failure;
    if (code === 'planned_not_found') {
      // The attempt without an answer took it back; once its time has come, it may as well have been made.
      const isDue = Math.max(api.nowMs(), Date.parse(sale.serverTime)) >= Date.parse(at);
      if (isLost && !isDue) return onDone();
      setGone(true);
      return setError(w(isLost ? 'planned.back.gone.lost' : 'planned.back.gone'));
    }
    if (openOutcomes.includes(code)) setLost(true);
    setError(problem(answer.failure));
  };
  return (
    <Dialog
      title={w('planned.back.title')}
      yes={isGone ? null : w('planned.back')}
      no={w(isGone ? 'planned.back.close' : 'planned.back.no')}
      look="danger"
      busy={busy}
      error={error}
      onYes={() => void takeBack()}
      onNo={onDone}
    >
      <p>{moment(at, sale.timeZone)}</p>
      <ChangeList change={change} />
    </Dialog>
  );
};
