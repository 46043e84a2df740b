import { isSaleId } from '@sunbeon/contracts/ids';
import { CreateSalePage } from '../../../features/operator/create-sale-page.tsx';
import { NeedsRole } from '../../../features/operator/needs-role.tsx';

/** `from`: the sale whose settings the form begins with. */
const NewSalePage = async ({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) => {
  const { from } = await searchParams;
  return (
    <NeedsRole role="admin">
      {typeof from === 'string' && isSaleId(from) ? <CreateSalePage key={from} from={from} /> : <CreateSalePage />}
    </NeedsRole>
  );
};

export default NewSalePage;
