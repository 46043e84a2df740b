import type { JoinRequest, RpcItem } from '@sunbeon/contracts';

/** A proof and a member token as they can be: characters of base64, base64url and JSON-free joints. Another text is none, and crosses as one. */
const text = /^[\w.~+/=-]+$/;
const orInvalid = (value: string): string => (text.test(value) ? value : 'invalid');
/** Crockford's base 32: case, spaces and hyphens do not matter, letters that look like digits are those. */
export const normalisedCode = (code: string): string => {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return /^[0-9A-Z]+$/.test(plain) ? plain : '-';
};

/** What a join shows at the entrance, in ASCII of bounded length: a large or odd one never breaks the batch that it shares with others. */
export const entranceItem = ({ proof, member, code }: JoinRequest): Pick<RpcItem, 'proof' | 'member' | 'code'> => ({
  ...(proof === undefined ? {} : { proof: orInvalid(proof) }),
  ...(member === undefined ? {} : { member: orInvalid(member) }),
  ...(code === undefined ? {} : { code: normalisedCode(code) }),
});
