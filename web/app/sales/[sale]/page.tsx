import type { Sale } from '@sunbeon/contracts';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { cookieNameOf, isSaleId } from '@sunbeon/contracts/ids';
import { WaitingRoom } from '../../../features/waiting/waiting-room.tsx';
import { api } from '../../../lib/api.ts';
import { NoScript } from '../../../ui/no-script.tsx';

export const dynamic = 'force-dynamic';

interface SalePageProps {
  params: Promise<{ sale: string }>;
}

/** One request for the title of the tab and the page. A sale that does not exist is 404. */
const findSale = cache(async (saleId: string): Promise<Sale | null> => {
  if (!isSaleId(saleId)) notFound();
  const answer = await api.sale(saleId);
  if (!answer.ok && answer.failure.code === 'sale_not_found') notFound();
  return answer.ok ? answer.value : null;
});

export const generateMetadata = async ({ params }: SalePageProps): Promise<Metadata> => {
  const sale = await findSale((await params).sale);
  return sale === null ? {} : { title: sale.title };
};

const SalePage = async ({ params }: SalePageProps) => {
  const { sale } = await params;
  const seen = await findSale(sale);
  // The gateway checks its value; its existence makes the page read the place. Name: the gateway's identity.ts.
  const cookieSeen = (await cookies()).has(cookieNameOf(sale));
  return (
    <>
      <NoScript />
      <WaitingRoom key={sale} saleId={sale} seen={seen} cookieSeen={cookieSeen} />
    </>
  );
};

export default SalePage;
