import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { isSaleId } from '../../../packages/contracts/src/ids.ts';
import { api } from '../../lib/api.ts';

/**
 * The id of a page of one sale; 404 where there is no such sale. A change of page inside the console asks for its data alone (`rsc`) and does not look: a
 * sale that was made a moment ago may not be known to every gateway yet.
 */
export const saleOfPage = async (params: Promise<{ sale: string }>): Promise<string> => {
  const { sale } = await params;
  if (!isSaleId(sale)) notFound();
  if ((await headers()).has('rsc')) return sale;
  const answer = await api.sale(sale);
  if (!answer.ok && answer.failure.code === 'sale_not_found') notFound();
  return sale;
};
