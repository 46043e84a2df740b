import { isSaleId } from '@sunbeon/contracts/ids';
import { isRehearsalId } from '@sunbeon/contracts/rehearsals';
import { api } from './api.ts';

const page = /^\/operator\/sales\/([^/]+)(?:\/edit)?\/?$/;

/**
 * True for a page of the console about a sale that does not exist. Checked before the page is rendered: the console shows nothing of a sale before the
 * sign-in, and by then the status of the answer is sent. Navigation inside the console (`fetch`, not a document) is not checked: a sale
 * created a moment ago may not be known to every gateway yet. Nor is a rehearsal, which exists for operators alone.
 */
export const isMissingSale = async (pathname: string, headers: Headers): Promise<boolean> => {
  const saleId = page.exec(pathname)?.[1];
  if (saleId === undefined || headers.get('sec-fetch-dest') === 'empty') return false;
  if (!isSaleId(saleId)) return true;
  if (isRehearsalId(saleId)) return false;
  const answer = await api.sale(saleId);
  return !answer.ok && answer.failure.code === 'sale_not_found';
};
