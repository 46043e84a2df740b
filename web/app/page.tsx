import { SalesAway, SalesList } from '../features/waiting/sales-list.tsx';
import { api } from '../lib/api.ts';

export const dynamic = 'force-dynamic';

const SalesPage = async () => {
  const answer = await api.sales();
  return answer.ok ? <SalesList sales={answer.value.sales} /> : <SalesAway />;
};

export default SalesPage;
