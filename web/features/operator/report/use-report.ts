'use client';

import type { AuditLog, SaleReport } from '@sunbeon/contracts';
import { useCallback, useState } from 'react';
import type { OperatorFailure } from '../../../lib/operator-api.ts';
import { useSession } from '../session.tsx';
import { usePoll } from '../use-poll.ts';

/** The report of a sale that goes on is read this often, ms. */
const lookEveryMs = 15_000;

export interface ReportState {
  report: SaleReport | null;
  /** The latest entries, newest first; null where the log cannot be read. */
  log: AuditLog | null;
  /** The log was read before, and could not be read with this report. */
  isLogOld: boolean;
  failure: OperatorFailure | null;
}

export const useReport = (saleId: string): ReportState => {
  const { api, check } = useSession();
  const [state, set] = useState<ReportState>({ report: null, log: null, isLogOld: false, failure: null });
  const look = useCallback(
    async (signal: AbortSignal) => {
      const [report, log] = await Promise.all([api.report(saleId, signal), api.auditLog(saleId, signal)]);
      if (signal.aborted) return;
      if (!report.ok) {
        check(report.failure);
        return set((before) => ({ ...before, failure: report.failure }));
      }
      set((before) => ({
        report: report.value,
        log: log.ok ? log.value : before.log,
        isLogOld: !log.ok && before.log !== null,
        failure: null,
      }));
    },
    [api, check, saleId],
  );
  usePoll(look, lookEveryMs);
  return state;
};
