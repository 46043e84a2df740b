import { normalisedCode, type JoinRequest, type RpcItem } from '@sunbeon/contracts';

/** A proof and a member token as they can be: characters of base64, base64url and JSON-free joints. Another text is none, and crosses as one. */
const text = /^[\w.~+/=-]+$/;
const orInvalid = (value: string): string => (text.test(value) ? value : 'invalid');

/** What a join shows at the entrance, in ASCII of bounded length: a large or odd one never breaks the batch that it shares with others. */
export const entranceItem = ({ proof, member, code }: JoinRequest): Pick<RpcItem, 'proof' | 'member' | 'code'> => ({
  ...(proof === undefined ? {} : { proof: orInvalid(proof) }),
  ...(member === undefined ? {} : { member: orInvalid(member) }),
  ...(code === undefined ? {} : { code: normalisedCode(code) }),
});
