export const routes: readonly string[];
export const routeOf: (url?: string) => string;
export const pathOfTarget: (target: string) => string;
