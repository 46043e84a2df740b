import { saleOfPage } from '../../../find-sale.ts';
import { EditSalePage } from '../../../../../features/operator/edit-sale-page.tsx';

const OperatorEditPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const sale = await saleOfPage(params);
  return <EditSalePage key={sale} saleId={sale} />;
};

export default OperatorEditPage;
