import { SaleConsole } from '../../../../features/operator/sale-console.tsx';

interface OperatorSalePageProps {
  params: Promise<{ sale: string }>;
  searchParams: Promise<{ created?: string | string[] }>;
}

const OperatorSalePage = async ({ params, searchParams }: OperatorSalePageProps) => {
  const [{ sale }, { created }] = await Promise.all([params, searchParams]);
  return <SaleConsole key={sale} saleId={sale} created={created === 'before'} />;
};

export default OperatorSalePage;
