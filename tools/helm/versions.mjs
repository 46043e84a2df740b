/** The programs that check the chart, as Go modules. */
export const programs = {
  helm: { path: 'helm.sh/helm/v3/cmd/helm', version: 'v3.22.0' },
  kubeconform: { path: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' },
};
/** The programs of `npm run helm:try`; `folder`: of the command in the module. */
export const clusterPrograms = {
  etcd: { module: 'go.etcd.io/etcd/server/v3', version: 'v3.7.3', folder: '.' },
  'kube-apiserver': { module: 'k8s.io/kubernetes', version: 'v1.37.2', folder: './cmd/kube-apiserver' },
  kubectl: { module: 'k8s.io/kubernetes', version: 'v1.37.2', folder: './cmd/kubectl' },
};
/** Versions of Kubernetes that the chart is checked against: the oldest that Chart.yaml accepts, and the newest. */
export const kubernetes = ['1.30.14', '1.37.2'];
export const prometheusOperator = '0.85.0';
export const schemasFolder = 'infra/helm/schemas';
/** Kinds that the chart makes. */
export const nativeKinds = [
  ['ConfigMap', 'v1'],
  ['Deployment', 'apps/v1'],
  ['HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['Ingress', 'networking.k8s.io/v1'],
  ['NetworkPolicy', 'networking.k8s.io/v1'],
  ['PodDisruptionBudget', 'policy/v1'],
  ['Secret', 'v1'],
  ['Service', 'v1'],
  ['ServiceAccount', 'v1'],
];
export const monitoringKinds = [
  ['PodMonitor', 'monitoring.coreos.com/v1', 'podmonitors'],
  ['PrometheusRule', 'monitoring.coreos.com/v1', 'prometheusrules'],
];
