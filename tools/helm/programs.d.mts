export function folderOf(name: 'helm' | 'kubeconform'): string;
export function findProgram(name: 'helm' | 'kubeconform'): string | null;
