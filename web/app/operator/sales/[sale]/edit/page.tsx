import { EditSalePage } from '../../../../../features/operator/edit-sale-page.tsx';

const OperatorEditPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return <EditSalePage key={sale} saleId={sale} />;
};

export default OperatorEditPage;
