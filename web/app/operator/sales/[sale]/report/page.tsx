import { ReportPage } from '../../../../../features/operator/report/report-page.tsx';

const OperatorReportPage = async ({ params }: { params: Promise<{ sale: string }> }) => {
  const { sale } = await params;
  return <ReportPage key={sale} saleId={sale} />;
};

export default OperatorReportPage;
