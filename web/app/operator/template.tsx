import type { ReactNode } from 'react';
import { MotionRoot } from '../../ui/motion-root.tsx';

/** The console loads all of framer-motion; visitors' pages do not. */
const OperatorTemplate = ({ children }: { children: ReactNode }) => <MotionRoot>{children}</MotionRoot>;

export default OperatorTemplate;
