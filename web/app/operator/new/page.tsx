import { CreateSalePage } from '../../../features/operator/create-sale-page.tsx';
import { NeedsRole } from '../../../features/operator/needs-role.tsx';

const NewSalePage = () => (
  <NeedsRole role="admin">
    <CreateSalePage />
  </NeedsRole>
);

export default NewSalePage;
