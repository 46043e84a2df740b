import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { object, SaleId, time, titlePattern } from './schema-parts.ts';

export const OrderState = Type.Union([Type.Literal('paid'), Type.Literal('cancelled')], {
  description: '`paid`, or `cancelled` by an operator',
});
const purchaseId = Type.String({ description: 'Id of the purchase' });
const visitorId = Type.String({ description: 'Id of the visitor in this sale, issued by the server' });
const quantity = Type.Integer({ minimum: 1, description: 'Tickets' });
const reference = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: limits.orderReferenceCharacters, pattern: titlePattern, description }));

export const Purchase = object(
  { purchaseId, saleId: SaleId, visitorId, quantity, state: OrderState, purchasedAt: time('When') },
  'Purchase',
  'A completed purchase',
);
export type Purchase = Static<typeof Purchase>;

/** `POST …/holds/{hold}/confirm`. */
export const ConfirmRequest = object(
  { reference: reference("The shop's own number of the order; only with a shop key, and the first one stays") },
  'ConfirmRequest',
  'A payment that came',
);
export type ConfirmRequest = Static<typeof ConfirmRequest>;

export const Order = object(
  {
    purchaseId,
    saleId: SaleId,
    visitorId,
    seq: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of the visitor in the token at the purchase or the hold' })),
    quantity,
    state: OrderState,
    checkedInAt: Type.Optional(time('When it was checked in at the door')),
    reference: Type.Optional(Type.String({ description: "The shop's own number of the order" })),
    purchasedAt: time('When'),
    cancelledAt: Type.Optional(time('When it was cancelled')),
    reason: Type.Optional(Type.String({ description: 'Why it was cancelled' })),
  },
  'Order',
  'A purchase, for operators',
);
export type Order = Static<typeof Order>;

export const OrdersList = object(
  {
    orders: Type.Array(Type.Ref('Order'), {
      description: 'Newest first; those of a sale from before orders were listed come last, in no order',
    }),
    next: Type.Optional(
      Type.String({
        description: 'There is more: pass it on as `cursor`. A page of `q` or `state` may be short or empty while it is there',
      }),
    ),
  },
  'OrdersList',
  'A page of orders',
);

/** `POST …/orders/{purchaseId}/cancel`. */
export const CancelRequest = object(
  {
    reason: Type.String({
      minLength: 1,
      maxLength: limits.cancelReasonCharacters,
      pattern: titlePattern,
      description: 'Why, for the order and the audit log; the first one stays',
    }),
    restock: Type.Boolean({ description: '`true`: the tickets go back to the line; `false`: they leave the sale' }),
  },
  'CancelRequest',
  'An order to cancel',
);
export type CancelRequest = Static<typeof CancelRequest>;
