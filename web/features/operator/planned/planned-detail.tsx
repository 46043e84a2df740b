import type { PlannedChange } from '@sunbeon/contracts';
import { isOperatorKey } from '../../../lib/i18n/operator-messages.ts';
import { useAuditValues, type AuditEntry } from '../audit-values.ts';
import { useOperatorI18n } from '../use-operator-i18n.ts';

/** As the scripts of the plan write it. */
interface PlanDetail {
  plannedAt: number;
  change: PlannedChange['change'];
  /** Of one that was made late: by how much. */
  lateMs?: number;
  /** Of one that was not possible: the status of the sale then. */
  skipped?: string;
}

export const isOfPlan = ({ action, detail }: AuditEntry): boolean =>
  ['plan', 'unplan', 'planned_change'].includes(action) && 'change' in detail && 'plannedAt' in detail;

/** What changes, as names and values. */
export const ChangeList = ({ change }: { change: PlannedChange['change'] }) => {
  const { w, number } = useOperatorI18n();
  const { status, admitPerSecond, activeLimit, message } = change;
  const rows = [
    ...(status === undefined ? [] : [['field.status', w(`choice.status.${status}`)] as const]),
    ...(admitPerSecond === undefined ? [] : [['field.admitPerSecond', number(admitPerSecond, 6)] as const]),
    ...(activeLimit === undefined ? [] : [['field.activeLimit', number(activeLimit)] as const]),
    ...(message === undefined ? [] : [['field.message', typeof message === 'string' ? message : w('auditLog.cleared')] as const]),
  ];
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-0.5">
      {rows.map(([key, text]) => (
        <li key={key} className="min-w-0 break-words">
          <span className="text-ink-soft">{w(key)}</span> {text}
        </li>
      ))}
    </ul>
  );
};

/** What a change that was made replaced, and by what. */
const Replaced = ({ before, after }: { before: Record<string, unknown>; after: Record<string, unknown> }) => {
  const { labelOf, textOf } = useAuditValues();
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-0.5">
      {Object.entries(after).map(([name, value]) => (
        <li key={name} className="min-w-0 break-words">
          <span className="text-ink-soft">{labelOf(name)}</span> {`${textOf(name, before[name])} → ${textOf(name, value)}`}
        </li>
      ))}
    </ul>
  );
};

/** The detail of an entry of the audit log about a planned change. */
export const PlannedDetail = ({ entry }: { entry: AuditEntry }) => {
  const { w, moment } = useOperatorI18n();
  const { plannedAt, change, lateMs, skipped } = entry.detail as PlanDetail;
  const status = `status.${skipped}`;
  const { before = {}, after = {} } = entry as { before?: Record<string, unknown>; after?: Record<string, unknown> };
  return (
    <div className="flex flex-col gap-0.5">
      <p>
        <span className="text-ink-soft">{w('planned.for')}</span> {moment(new Date(plannedAt).toISOString())}
      </p>
      {Object.keys(after).length > 0 ? <Replaced before={before} after={after} /> : <ChangeList change={change} />}
      {skipped !== undefined && (
        <p className="font-semibold text-warn" data-testid="planned-skipped">
          {w('planned.skipped', { status: isOperatorKey(status) ? w(status) : skipped })}
        </p>
      )}
      {lateMs !== undefined && (
        <p className="font-semibold text-warn" data-testid="planned-late">
          {w('planned.late', { seconds: Math.round(lateMs / 1_000) })}
        </p>
      )}
    </div>
  );
};
