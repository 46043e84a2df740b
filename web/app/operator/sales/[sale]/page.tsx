import { SaleConsole } from '../../../../features/operator/sale-console.tsx';

const OperatorSalePage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return <SaleConsole key={sale} saleId={sale} />;
};

export default OperatorSalePage;
