import type { Sale } from '@sunbeon/contracts';
import type { Metadata } from 'next';
import { cache } from 'react';
import { WaitingRoom } from '../../../features/waiting/waiting-room.tsx';
import { api } from '../../../lib/api.ts';
import { NoScript } from '../../../ui/no-script.tsx';

export const dynamic = 'force-dynamic';

interface SalePageProps {
  params: Promise<{ sale: string }>;
}

/** Asked once for the title of the tab and once for the page, answered once. */
const findSale = cache(async (saleId: string): Promise<Sale | null> => {
  const answer = await api.sale(saleId);
  return answer.ok ? answer.value : null;
});

export const generateMetadata = async ({ params }: SalePageProps): Promise<Metadata> => {
  const sale = await findSale((await params).sale);
  return sale === null ? {} : { title: sale.title };
};

const SalePage = async ({ params }: SalePageProps) => {
  const { sale } = await params;
  return (
    <>
      <NoScript />
      <WaitingRoom key={sale} saleId={sale} seen={await findSale(sale)} />
    </>
  );
};

export default SalePage;
