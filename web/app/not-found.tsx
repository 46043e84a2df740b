import { NotFoundScreen } from '../features/waiting/screens/not-found-screen.tsx';

const NotFoundPage = () => (
  <div className="mx-auto max-w-md">
    <NotFoundScreen />
  </div>
);

export default NotFoundPage;
