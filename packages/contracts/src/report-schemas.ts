import { Type } from 'typebox';
import { object, time } from './schema-parts.ts';
import { sampleColumns } from './samples.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });
const seconds = (description: string) => Type.Number({ minimum: 0, description: `${description}, seconds` });

/** `GET /api/admin/sales/{sale}/report`. */
export const SaleReport = object(
  {
    sale: Type.Ref('OperatorSale'),
    from: Type.Optional(time('First row')),
    to: Type.Optional(time('Last row')),
    purchases: count('Purchases ever made, the cancelled ones too'),
    cancelledOrders: count('Purchases that were cancelled'),
    cancelledTickets: count('Their tickets'),
    noShows: count('Admitted, and never came in'),
    waits: Type.Optional(
      Type.Object(
        {
          measured: count('Admitted visitors whose waits these are'),
          p50Seconds: seconds('Half of them waited no longer'),
          p95Seconds: seconds('95 % of them waited no longer'),
          longestSeconds: seconds('Longest wait'),
        },
        { description: 'From the number to the admission, to the minute; absent when nobody was admitted' },
      ),
    ),
    paceKept: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Admissions ÷ those that the pace allowed, while people waited and the sale was open; absent when nobody waited for a minute',
      }),
    ),
    estimates: Type.Optional(
      Type.Object(
        {
          count: count('Estimates whose visitor was admitted'),
          meanErrorSeconds: seconds('Mean distance of the real wait from the estimated range'),
        },
        { description: 'Absent without an estimate' },
      ),
    ),
    rows: Type.Array(Type.Array(Type.Number()), {
      description: `The whole sale, oldest first: one row a minute, none while nothing changed; evenly thinned to at most 720. Columns: ${sampleColumns.join(', ')}; rows of an older version lack the last ones`,
    }),
  },
  'SaleReport',
  'What came of a sale',
);
