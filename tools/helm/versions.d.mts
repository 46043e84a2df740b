export const programs: Record<'helm' | 'kubeconform', { path: string; version: string }>;
export const kubernetes: string[];
export const prometheusOperator: string;
export const schemasFolder: string;
export const nativeKinds: [kind: string, apiVersion: string][];
export const monitoringKinds: [kind: string, apiVersion: string, plural: string][];
