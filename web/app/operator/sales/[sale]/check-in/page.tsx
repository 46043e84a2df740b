import { CheckInPage } from '../../../../../features/operator/check-in/check-in-page.tsx';
import { NeedsRole } from '../../../../../features/operator/needs-role.tsx';

const OperatorCheckInPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return (
    <NeedsRole role="operator">
      <CheckInPage key={sale} saleId={sale} />
    </NeedsRole>
  );
};

export default OperatorCheckInPage;
