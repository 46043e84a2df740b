import { createClient, type Place, type Result, type Transfer } from '@sunbeon/client';
import { rememberPlace, speakingToken } from './place-token.ts';

/** In the browser alone: calls go to the page's own origin. */
const visitor = createClient({ baseUrl: '', token: (saleId) => (saleId === undefined ? undefined : speakingToken(saleId)) });
const anybody = createClient({ baseUrl: '' });

/** A link that continues this browser's place on another device. */
export const startTransfer = (saleId: string): Promise<Result<Transfer>> => visitor.transfer(saleId);

/** Takes over the place of another device. This browser's place of before, if it had one, is not its own any more: ask first. */
export const takeTransfer = async (saleId: string, code: string): Promise<Result<Place>> => {
  const answer = await anybody.takeTransfer(saleId, code);
  if (answer.ok) rememberPlace(saleId, answer.value.token);
  return answer;
};
