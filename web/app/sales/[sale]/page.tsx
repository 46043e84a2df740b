import type { Metadata } from 'next';
import { cache } from 'react';
import { WaitingRoom } from '../../../features/waiting/waiting-room.tsx';
import { api } from '../../../lib/api.ts';

export const dynamic = 'force-dynamic';

interface SalePageProps {
  params: Promise<{ sale: string }>;
}

/** Asked once for the title of the tab and once for the page, answered once. */
const findTitle = cache(async (saleId: string): Promise<string | null> => {
  const answer = await api.sale(saleId);
  return answer.ok ? answer.value.title : null;
});

export const generateMetadata = async ({ params }: SalePageProps): Promise<Metadata> => {
  const title = await findTitle((await params).sale);
  return title === null ? {} : { title };
};

const SalePage = async ({ params }: SalePageProps) => {
  const { sale } = await params;
  return <WaitingRoom key={sale} saleId={sale} title={await findTitle(sale)} />;
};

export default SalePage;
