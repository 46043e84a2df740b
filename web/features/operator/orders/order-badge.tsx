import type { Order } from '@sunbeon/contracts';
import { useOperatorI18n } from '../use-operator-i18n.ts';

const looks = { paid: 'bg-accent-soft text-accent-strong', cancelled: 'bg-danger-soft text-danger' } as const;

/** State of an order, in colour and word. */
export const OrderBadge = ({ state }: { state: Order['state'] }) => {
  const { w } = useOperatorI18n();
  return (
    <span
      data-testid="order-state"
      data-state={state}
      className={`inline-block rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap ${looks[state]}`}
    >
      {w(`orders.state.${state}`)}
    </span>
  );
};
