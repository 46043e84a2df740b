import { Type, type Static, type TSchema } from 'typebox';
import { Chance } from './forecast-schemas.ts';
import { Estimate, Hold, PassOutcome, Purchase, Sale, Visitor } from './schemas.ts';

const frame = <T extends string, P extends Record<string, TSchema>>(type: T, properties: P) =>
  Type.Object({ type: Type.Literal(type, { description: 'Name of the frame' }), ...properties }, { additionalProperties: false });
const eventId = Type.String({
  pattern: '^(0|[1-9][0-9]{0,14})-0$',
  description: 'Number of the event in the sale, and `-0`. The last one received is the value of `after`',
});
const admittedUntil = (description: string) => Type.String({ format: 'date-time', description: `${description}; ISO 8601 UTC` });

/**
 * Frames of the live stream, gateway → client, by their `type`. A frame of a stream event carries its `id`; ids of one connection never decrease, except
 * that of `sale`: it is that of the read. Source of the AsyncAPI document and the frame tables.
 */
export const liveFrames = {
  state: frame('state', {
    id: eventId,
    visitor: Visitor,
    sale: Sale,
  }),
  position: frame('position', {
    position: Type.Integer({ minimum: 1, description: 'Visitors ahead, plus one; it only shrinks' }),
    waiting: Type.Integer({ minimum: 0, description: 'Visitors in the line' }),
    etaSeconds: Type.Optional(Estimate),
    chance: Type.Optional(Chance),
  }),
  admitted: frame('admitted', {
    id: eventId,
    admittedUntil: admittedUntil('End of the claim window'),
  }),
  claimed: frame('claimed', {
    id: eventId,
    admittedUntil: admittedUntil('End of the session'),
  }),
  expired: frame('expired', {
    id: eventId,
    reason: Type.Union([Type.Literal('claim_missed'), Type.Literal('session_over')], {
      description: '`claim_missed`: no claim within the claim window. `session_over`: no purchase within the session',
    }),
  }),
  held: frame('held', { id: eventId, hold: Hold }),
  released: frame('released', { id: eventId, hold: Hold }),
  extended: frame('extended', { id: eventId, admittedUntil: admittedUntil('End of the session') }),
  completed: frame('completed', { id: eventId, outcome: PassOutcome }),
  purchased: frame('purchased', { id: eventId, purchase: Purchase }),
  cancelled: frame('cancelled', { id: eventId, purchase: Purchase }),
  checked_in: frame('checked_in', {
    id: eventId,
    purchaseId: Type.String({ description: 'Id of the purchase' }),
    checkedInAt: Type.String({ format: 'date-time', description: 'When; ISO 8601 UTC' }),
  }),
  sale: frame('sale', { id: eventId, sale: Sale }),
  alive: frame('alive', {
    serverTime: Type.String({ format: 'date-time', description: 'The clock of Redis; ISO 8601 UTC' }),
  }),
} as const;

export type FrameType = keyof typeof liveFrames;
/** WebSocket, gateway → client. */
export type ServerMessage = { [T in FrameType]: Static<(typeof liveFrames)[T]> }[FrameType];
