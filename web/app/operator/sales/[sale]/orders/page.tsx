import { OrdersPage } from '../../../../../features/operator/orders/orders-page.tsx';

const OperatorOrdersPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return <OrdersPage key={sale} saleId={sale} />;
};

export default OperatorOrdersPage;
