import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { monitoringKinds, prometheusOperator } from './versions.mjs';

/** The folder of a Go module, `path@version`, which Go fetches when it is not there. */
export const moduleFolder = (name) => JSON.parse(execFileSync('go', ['mod', 'download', '-json', name], { encoding: 'utf8' })).Dir;

/** The definitions of the custom resources of `monitoringKinds`, in their order. */
export const crdFiles = () => {
  const folder = moduleFolder(`github.com/prometheus-operator/prometheus-operator@v${prometheusOperator}`);
  return monitoringKinds.map(([, , plural]) => join(folder, 'example/prometheus-operator-crd', `monitoring.coreos.com_${plural}.yaml`));
};
