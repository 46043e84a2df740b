import type { Sale } from '@sunbeon/contracts';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { cookieNameOf, isSaleId } from '@sunbeon/contracts/ids';
import { joinFormId, plainFormId } from '../../../features/plain/form-ids.ts';
import { NoScript } from '../../../features/plain/no-script.tsx';
import { WaitingRoom } from '../../../features/waiting/waiting-room.tsx';
import { newKey } from '@sunbeon/client';
import { api } from '../../../lib/api.ts';
import { isKey, joinCookie } from '../../../lib/join-cookie.ts';
import { refusalOf } from '../../../lib/refusal.ts';
import { carriedAddressOf } from '../../../lib/return-query.ts';

export const dynamic = 'force-dynamic';

interface SalePageProps {
  params: Promise<{ sale: string }>;
  searchParams: Promise<{ refused?: string | string[]; returnUrl?: string | string[] }>;
}

/** One request for the title of the tab and the page. A sale that does not exist is 404. */
const findSale = cache(async (saleId: string): Promise<Sale | null> => {
  if (!isSaleId(saleId)) notFound();
  const answer = await api.sale(saleId);
  if (!answer.ok && answer.failure.code === 'sale_not_found') notFound();
  return answer.ok ? answer.value : null;
});

export const generateMetadata = async ({ params }: Pick<SalePageProps, 'params'>): Promise<Metadata> => {
  const sale = await findSale((await params).sale);
  return sale === null ? {} : { title: sale.title };
};

const SalePage = async ({ params, searchParams }: SalePageProps) => {
  const { sale } = await params;
  const seen = await findSale(sale);
  // The gateway checks its value; its existence makes the page read the place. Name: the gateway's identity.ts.
  const jar = await cookies();
  const cookieSeen = jar.has(cookieNameOf(sale));
  const { refused, returnUrl } = await searchParams;
  const returnAddress = carriedAddressOf(returnUrl);
  const refusal = refusalOf(refused);
  // A join that a form sent and that got no answer: its key again.
  const kept = jar.get(joinCookie)?.value;
  const intent = isKey(kept) ? kept : newKey();
  return (
    <>
      <NoScript saleId={sale} sale={seen} cookieSeen={cookieSeen} intent={intent} refusal={refusal} returnAddress={returnAddress} />
      <WaitingRoom key={sale} saleId={sale} seen={{ sale: seen, cookieSeen, intent, refusal }} />
      {/* Beside the forms, not in them: the page's script need not know of it. */}
      {returnAddress !== undefined &&
        [joinFormId, plainFormId].map((form) => <input key={form} type="hidden" form={form} name="returnUrl" value={returnAddress} />)}
    </>
  );
};

export default SalePage;
