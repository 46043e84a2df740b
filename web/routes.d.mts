export const routes: readonly string[];
export const routeOf: (url?: string) => string;
