import { SalesAway, SalesList } from '../features/waiting/sales-list.tsx';
import { api } from '../lib/api.ts';

export const dynamic = 'force-dynamic';

const SalesPage = async ({ searchParams }: { searchParams: Promise<{ cursor?: string | string[] }> }) => {
  const { cursor } = await searchParams;
  const asked = await api.sales(typeof cursor === 'string' ? cursor : undefined);
  // A cursor that the gateway refuses shows the first page.
  const answer = !asked.ok && asked.failure.code === 'invalid_request' ? await api.sales() : asked;
  return answer.ok ? <SalesList sales={answer.value.sales} next={answer.value.next} /> : <SalesAway />;
};

export default SalesPage;
