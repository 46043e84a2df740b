import { useOperatorI18n } from '../use-operator-i18n.ts';

/** "1 ticket", "2 tickets". */
export const useTicketsText = (): ((count: number) => string) => {
  const { w } = useOperatorI18n();
  return (count) => (count === 1 ? w('orders.ticket') : w('orders.tickets', { count }));
};
