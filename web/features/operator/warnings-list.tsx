import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';
import type { Warning } from './warnings.ts';

/** What is surely not meant, before it is saved. */
export const WarningsList = ({ warnings }: { warnings: readonly Warning[] }) => {
  const { w } = useOperatorI18n();
  if (warnings.length === 0) return null;
  return (
    <ul data-testid="warnings" className="flex flex-col gap-1.5 rounded-lg bg-warn-soft px-3 py-2 text-warn">
      {warnings.map(({ key, field, values }) => {
        const label = `field.${field}`;
        return (
          <li key={`${field} ${key}`} data-warning={key}>
            <b className="font-semibold">{isOperatorKey(label) ? w(label) : field}:</b> {w(key, values)}
          </li>
        );
      })}
    </ul>
  );
};
