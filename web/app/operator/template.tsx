import type { ReactNode } from 'react';
import { MotionRoot } from '../../ui/motion-root.tsx';

/** The console may use all of framer-motion; those who wait on a phone do not pay for it. */
const OperatorTemplate = ({ children }: { children: ReactNode }) => <MotionRoot>{children}</MotionRoot>;

export default OperatorTemplate;
