import { Type } from 'typebox';
import { limits } from './limits.ts';
import { messagePattern, titlePattern } from './schema-parts.ts';
import { saleTimePattern } from './times.ts';

/** A time that an operator sends. */
export const saleTimeOf = (description: string) =>
  Type.String({
    format: 'date-time',
    pattern: saleTimePattern,
    description: `${description}; ISO 8601 with seconds and \`Z\` or an offset, years 2000 to 2099`,
  });
/** Settings of a new sale that are not given. */
export const saleDefaults = {
  admitPerSecond: 50,
  activeLimit: 1_000,
  claimSeconds: 60,
  sessionSeconds: 300,
  holdSeconds: 120,
  perVisitorLimit: 4,
  maxExtensions: 2,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  proofOfWorkSeconds: 2,
  timeZone: 'UTC',
} as const;
/** Settings of a sale with a lobby. */
export const lobbyDefaults = { lobbyOrder: 'random', drawBeacon: 'none' } as const;
/** Those that a gate has not. */
export const shopOnly = ['stock', 'perVisitorLimit', 'holdSeconds', 'confirmBy'] as const;

/** Schemas of settings that both a new sale and a change take. */
export const settings = {
  title: Type.String({
    minLength: 1,
    maxLength: limits.titleCharacters,
    pattern: titlePattern,
    description: 'Not blank, no control characters; kept as sent',
  }),
  admitPerSecond: Type.Number({
    minimum: limits.admitPerSecondMin,
    maximum: limits.admitPerSecond,
    description: `Admissions per second; may be fractional. ${saleDefaults.admitPerSecond} unless set`,
  }),
  activeLimit: Type.Integer({
    minimum: 1,
    maximum: limits.activeLimit,
    description: `Admitted visitors at once. ${saleDefaults.activeLimit} unless set`,
  }),
  claimSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds from the admission to the claim. ${saleDefaults.claimSeconds} unless set`,
  }),
  sessionSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds from the claim to the purchase. ${saleDefaults.sessionSeconds} unless set`,
  }),
  holdSeconds: Type.Integer({
    minimum: 1,
    maximum: limits.windowSeconds,
    description: `Seconds to confirm a hold. ${saleDefaults.holdSeconds} unless set`,
  }),
  perVisitorLimit: Type.Integer({
    minimum: 1,
    maximum: limits.perVisitorLimit,
    description: `Tickets one visitor may buy. ${saleDefaults.perVisitorLimit} unless set`,
  }),
  lobbyOpensAt: saleTimeOf('From when visitors may come into the lobby; before `opensAt`, which it needs'),
  opensAt: saleTimeOf('When it opens by itself'),
  closesAt: saleTimeOf('When it closes by itself; after `opensAt`'),
  message: Type.String({
    maxLength: limits.messageCharacters,
    pattern: messagePattern,
    description: 'No control characters but line breaks',
  }),
  timeZone: Type.String({
    minLength: 1,
    maxLength: limits.timeZoneCharacters,
    pattern: '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$',
    description: `Time zone of the sale, an IANA name: its times are shown in it, too. ${saleDefaults.timeZone} unless set`,
  }),
};
