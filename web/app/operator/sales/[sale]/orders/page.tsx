import { NeedsRole } from '../../../../../features/operator/needs-role.tsx';
import { OrdersPage } from '../../../../../features/operator/orders/orders-page.tsx';

const OperatorOrdersPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return (
    <NeedsRole role="operator">
      <OrdersPage key={sale} saleId={sale} />
    </NeedsRole>
  );
};

export default OperatorOrdersPage;
