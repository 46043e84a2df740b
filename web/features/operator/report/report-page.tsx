'use client';

import { Notice } from '../../../ui/notice.tsx';
import { ConsoleButton } from '../controls.tsx';
import { Crumbs, usePageTitle } from '../crumbs.tsx';
import { OperatorStatusBadge } from '../operator-status-badge.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { KeyNumbers } from './key-numbers.tsx';
import { Incidents } from './incidents.tsx';
import { ReportCurves } from './report-curves.tsx';
import './report.css';
import { useReport } from './use-report.ts';
import { useTimes } from './use-times.ts';

/** What came of a sale, on a screen and on two sheets of paper. */
export const ReportPage = ({ saleId }: { saleId: string }) => {
  const { w, problem } = useOperatorI18n();
  const { report, log, isLogOld, failure } = useReport(saleId);
  const { dateTime, span } = useTimes();
  const title = report?.sale.title ?? saleId;
  usePageTitle(`${w('report.title')} · ${title}`);
  const rows = report?.rows ?? [];
  return (
    <article className="report flex flex-col gap-5">
      <header className="flex flex-col gap-3">
        <div className="print:hidden">
          <Crumbs trail={[{ href: `/operator/sales/${saleId}`, text: title }]} />
        </div>
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="flex flex-col gap-1">
            <p className="text-sm font-semibold text-ink-soft">{w('report.title')}</p>
            <h1 className="text-2xl leading-tight font-bold tracking-tight">{title}</h1>
            {report && (
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
                <OperatorStatusBadge sale={report.sale} />
                {report.from && report.to && <span data-testid="report-span">{span(report.from, report.to)}</span>}
                {report.sale.status !== 'closed' && <span>{w('report.going_on')}</span>}
              </p>
            )}
          </div>
          <ConsoleButton className="print:hidden" onClick={() => window.print()} disabled={report === null} data-testid="report-print">
            {w('report.print')}
          </ConsoleButton>
        </div>
      </header>
      {failure && (
        <Notice tone="danger" role="alert">
          {w('report.failed')} {problem(failure)}
        </Notice>
      )}
      {!report && !failure && <p className="py-6 text-center text-sm text-ink-soft">{w('report.loading')}</p>}
      {report && (
        <>
          <KeyNumbers report={report} />
          {rows.length < 2 ? <p className="text-sm text-ink-soft">{w('report.none')}</p> : <ReportCurves report={report} />}
          <Incidents log={log} isOld={isLogOld} />
          <p className="hidden text-xs print:block text-ink-soft">{w('report.made', { time: dateTime(report.sale.serverTime) })}</p>
        </>
      )}
    </article>
  );
};
