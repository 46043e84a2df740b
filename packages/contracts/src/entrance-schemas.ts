import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { object } from './schema-parts.ts';

/** What a place costs: nothing, membership, a code, work. Each is chosen per sale, all are off unless set, and they combine. */
export const Identity = Type.Union([Type.Literal('none'), Type.Literal('member')], {
  description: 'Whose a place is: that of a browser, or of a member of the shop, on any device. `none` unless set',
});
export type Identity = Static<typeof Identity>;
export const Access = Type.Union([Type.Literal('open'), Type.Literal('code')], {
  description: 'Who may join: everybody, or whoever has an access code. `open` unless set',
});
export type Access = Static<typeof Access>;
export const ProofOfWork = Type.Union([Type.Literal('off'), Type.Literal('on'), Type.Literal('auto')], {
  description: 'Whether a join needs a proof of work: never, always, or while more people join than usual. `off` unless set',
});
export type ProofOfWork = Static<typeof ProofOfWork>;
export const ProofOfWorkSeconds = Type.Number({
  minimum: limits.proofOfWorkSecondsMin,
  maximum: limits.proofOfWorkSeconds,
  description: 'Seconds of work of a middling phone for a place. 2 unless set',
});

const issuer = Type.String({ minLength: 1, maxLength: limits.issuerCharacters, description: '`iss` of the tokens' });
const audience = Type.String({ minLength: 1, maxLength: limits.issuerCharacters, description: '`aud` of the tokens' });
/** A public key of the shop; its further properties depend on `kty`. */
const Jwk = Type.Object({ kty: Type.String({ description: '`RSA`, `EC` or `OKP`' }) }, { additionalProperties: true });
/** Exactly one of the three ways. */
export const Members = Type.Union(
  [
    Type.Object(
      {
        issuer,
        audience,
        jwksUri: Type.String({ maxLength: limits.returnUrlCharacters, description: 'Where the keys of the shop are' }),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        issuer,
        audience,
        jwks: Type.Object(
          { keys: Type.Array(Jwk, { minItems: 1, maxItems: limits.memberKeys, description: 'Public keys' }) },
          { additionalProperties: false, description: 'The keys of the shop themselves' },
        ),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      { login: Type.Literal('oidc', { description: "The gateway's OpenID Connect provider signs people in" }) },
      { additionalProperties: false },
    ),
  ],
  { description: "How members are known: tokens of the shop's login, or OpenID Connect" },
);
export type Members = Static<typeof Members>;

/** `POST …/queue`. Fields that the sale does not ask for are ignored. */
export const JoinRequest = object(
  {
    proof: Type.Optional(Type.String({ maxLength: limits.proofCharacters, description: 'Payload of a solved challenge' })),
    member: Type.Optional(Type.String({ maxLength: limits.memberCharacters, description: 'A member token' })),
    code: Type.Optional(Type.String({ maxLength: limits.codeCharacters, description: 'An access code' })),
  },
  'JoinRequest',
  'What the sale asks for at a join',
);
export type JoinRequest = Static<typeof JoinRequest>;
