import { EditSalePage } from '../../../../../features/operator/edit-sale-page.tsx';
import { NeedsRole } from '../../../../../features/operator/needs-role.tsx';

const OperatorEditPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return (
    <NeedsRole role="admin">
      <EditSalePage key={sale} saleId={sale} />
    </NeedsRole>
  );
};

export default OperatorEditPage;
