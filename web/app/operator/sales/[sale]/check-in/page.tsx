import { CheckInPage } from '../../../../../features/operator/check-in/check-in-page.tsx';

const OperatorCheckInPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return <CheckInPage key={sale} saleId={sale} />;
};

export default OperatorCheckInPage;
