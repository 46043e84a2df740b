import { errorCatalogue, type ErrorCode } from '@sunbeon/contracts/errors';

/** Code of the refusal in an address to which a join that the browser sent as a form has led; another text is none. */
export const refusalOf = (refused: unknown): ErrorCode | undefined =>
  typeof refused === 'string' && Object.hasOwn(errorCatalogue, refused) ? (refused as ErrorCode) : undefined;
