import { NeedsRole } from '../../../../../../features/operator/needs-role.tsx';
import { OrderPage } from '../../../../../../features/operator/orders/order-page.tsx';

const OperatorOrderPage = async ({ params }: { params: Promise<{ sale: string; purchase: string }> }) => {
  const { sale, purchase } = await params;
  return (
    <NeedsRole role="operator">
      <OrderPage key={purchase} saleId={sale} purchaseId={decodeURIComponent(purchase)} />
    </NeedsRole>
  );
};

export default OperatorOrderPage;
