import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { count, object, time, titlePattern } from './schema-parts.ts';

const label = Type.Optional(
  Type.String({ maxLength: limits.codeLabelCharacters, pattern: titlePattern, description: 'What these codes are for: who gets them' }),
);
const usesFor = (description: string) => Type.Integer({ minimum: 1, maximum: limits.codeUses, description });

/** `POST …/codes`. Exactly one of `count` and `codes`. */
export const MakeCodes = object(
  {
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.codesPerCall, description: 'Codes to make, 10 characters each' })),
    codes: Type.Optional(
      Type.Array(
        Type.String({ maxLength: limits.codeCharacters, description: '8 to 32 letters and digits; spaces and hyphens do not count' }),
        {
          minItems: 1,
          maxItems: limits.codesPerCall,
          description: 'Codes of your own',
        },
      ),
    ),
    uses: Type.Optional(usesFor('Visitors who may join with each; 1 unless set')),
    label,
  },
  'MakeCodes',
  'Access codes to make, or to bring',
);
export type MakeCodes = Static<typeof MakeCodes>;

const code = Type.Object(
  {
    code: Type.String({ description: 'As it is compared: capital letters and digits' }),
    uses: usesFor('Visitors who may join with it'),
    used: count('Visitors who have one of its uses now'),
    label,
  },
  { additionalProperties: false, description: 'An access code' },
);
export const MadeCodes = object(
  {
    codes: Type.Array(code, { description: 'In the order of the request, each once' }),
    existed: count('Codes of the request that the sale had already: they are unchanged'),
  },
  'MadeCodes',
  'Access codes that a sale has now',
);
export type MadeCodes = Static<typeof MadeCodes>;
export const CodesList = object(
  {
    codes: Type.Array(code, { description: 'In the order in which they were made' }),
    next: Type.Optional(Type.String({ description: 'There is more: pass it on as `cursor`' })),
  },
  'CodesList',
  'A page of access codes',
);
export type CodesList = Static<typeof CodesList>;

/** `POST …/queue/me/transfer`. */
export const Transfer = object(
  {
    url: Type.String({ description: 'Open it on the other device: the address of the page, with the code in its fragment' }),
    code: Type.String({ description: 'The code alone: a secret, good once' }),
    expiresAt: time('When the code is over'),
  },
  'Transfer',
  'The way of a place to another device',
);
export type Transfer = Static<typeof Transfer>;
export const TransferRequest = object(
  { code: Type.String({ minLength: 1, maxLength: limits.codeCharacters, description: '`code` of a transfer' }) },
  'TransferRequest',
  'A place that comes from another device',
);
export type TransferRequest = Static<typeof TransferRequest>;
