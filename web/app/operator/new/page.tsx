import { CreateSalePage } from '../../../features/operator/create-sale-page.tsx';

const NewSalePage = () => <CreateSalePage />;

export default NewSalePage;
