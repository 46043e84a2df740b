import { OrderPage } from '../../../../../../features/operator/orders/order-page.tsx';

const OperatorOrderPage = async ({ params }: { params: Promise<{ sale: string; purchase: string }> }) => {
  const { sale, purchase } = await params;
  return <OrderPage key={purchase} saleId={sale} purchaseId={decodeURIComponent(purchase)} />;
};

export default OperatorOrderPage;
