import type { OperatorSale } from '@sunbeon/contracts';

/** Sold, held and left as one bar, beside the numbers in words. */
export const StockBar = ({ stock: { total, held, sold } }: { stock: OperatorSale['stock'] }) => {
  const share = (part: number): string => `${total === 0 ? 0 : (100 * part) / total}%`;
  return (
    <span aria-hidden="true" className="flex h-1.5 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
      <span className="bg-(--chart-1)" style={{ width: share(sold) }} />
      <span className="bg-(--chart-3)" style={{ width: share(held) }} />
    </span>
  );
};
