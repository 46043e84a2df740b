import { isSaleId } from '@sunbeon/contracts/ids';
import { CreateSalePage } from '../../../features/operator/create-sale-page.tsx';

/** `from`: the sale whose settings the form begins with. */
const NewSalePage = async ({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) => {
  const { from } = await searchParams;
  return typeof from === 'string' && isSaleId(from) ? <CreateSalePage key={from} from={from} /> : <CreateSalePage />;
};

export default NewSalePage;
