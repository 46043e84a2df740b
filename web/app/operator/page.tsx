import { SalesOverview } from '../../features/operator/sales-overview.tsx';

const OperatorPage = () => <SalesOverview />;

export default OperatorPage;
