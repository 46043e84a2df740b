{{/* The beginning of every name: the release, with the name of the chart unless it is in it. */}}
{{- define "sunbeon.fullname" -}}
{{- ternary .Release.Name (printf "%s-sunbeon" .Release.Name) (contains "sunbeon" .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* What selects the pods of a component: (list $ component). */}}
{{- define "sunbeon.selector" -}}
app.kubernetes.io/name: sunbeon
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* Labels of a component's resources: (list $ component). */}}
{{- define "sunbeon.labels" -}}
{{ include "sunbeon.selector" . }}
app.kubernetes.io/part-of: sunbeon
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
{{- end }}

{{/* Labels of pods, without the versions: a new chart alone rolls nothing. */}}
{{- define "sunbeon.podLabels" -}}
{{ include "sunbeon.selector" . }}
app.kubernetes.io/part-of: sunbeon
{{- end }}

{{/* Selector of a NetworkPolicy for some components: (list $ component…). */}}
{{- define "sunbeon.pods" -}}
matchLabels: { app.kubernetes.io/name: sunbeon, app.kubernetes.io/instance: {{ (index . 0).Release.Name }} }
matchExpressions: [{ key: app.kubernetes.io/component, operator: In, values: [{{ join ", " (rest .) }}] }]
{{- end }}

{{/*
The number of pods that a Deployment under an autoscaler has now, or nothing: (list $ name). Nothing is right where Helm never set a number, and where the cluster
is not read: the autoscaler's number stays, also in a rollback. But Helm takes a number that it set before away, and one pod would be left: so it goes on saying the
number that is there, from the upgrade that switches the autoscaler on. The annotation says so to the next upgrade.
*/}}
{{- define "sunbeon.liveReplicas" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
{{- $live := lookup "apps/v1" "Deployment" $root.Release.Namespace $name -}}
{{- if $live -}}
{{- $marked := dig "metadata" "annotations" "sunbeon/replicas" "" $live -}}
{{- if or $marked (not (lookup "autoscaling/v2" "HorizontalPodAutoscaler" $root.Release.Namespace $name)) -}}
{{- $live.spec.replicas -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Name of an image: (list $ image registry). */}}
{{- define "sunbeon.image" -}}
{{- $root := index . 0 }}{{ $image := index . 1 -}}
{{- index . 2 }}/{{ $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ end -}}
{{- end }}

{{- define "sunbeon.secretName" -}}
{{ .Values.secrets.existingSecret | default (printf "%s-secrets" (include "sunbeon.fullname" .)) }}
{{- end }}

{{/* Key of a setting in the Secret: TOKEN_SECRET is token-secret. */}}
{{- define "sunbeon.secretKey" -}}
{{ . | lower | replace "_" "-" }}
{{- end }}

{{/* A value as text: whole numbers from files are floats, and 1000000 would be 1e+06. */}}
{{- define "sunbeon.text" -}}
{{ if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Settings of a component that are no secrets, as `data` of its ConfigMap: (list $ component). */}}
{{- define "sunbeon.settings" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
{{- $components := $root.Files.Get "files/components.yaml" | fromYaml }}{{ $own := index $components $name -}}
{{- $host := required "Set host: where people see the page and reach the API, such as tickets.example.com" $root.Values.host -}}
{{- $chart := dict "HOST" "0.0.0.0" "PORT" $own.port "OPS_PORT" $own.opsPort "PUBLIC_URL" (printf "https://%s" $host) "WEB_URL" (printf "https://%s" $host) "ALLOWED_ORIGINS" (printf "https://%s" $host) -}}
{{- range $other, $component := $components -}}
{{- $_ := set $chart (printf "%s_URL" (upper $other)) (printf "http://%s-%s:%v" (include "sunbeon.fullname" $root) $other $component.port) -}}
{{- end -}}
{{- $_ := set $chart "WEB_URL" (printf "https://%s" $host) -}}
{{- range $setting, $row := $root.Files.Get "files/settings.yaml" | fromYaml -}}
{{- if and (has $name $row.readers) (has $row.from (list "settings" "chart")) -}}
{{- $value := "" -}}
{{- if eq $row.from "settings" }}{{ $value = include "sunbeon.text" (index $root.Values.settings $setting) }}{{ end -}}
{{- if and (eq $value "") (hasKey $chart $setting) }}{{ $value = include "sunbeon.text" (index $chart $setting) }}{{ end -}}
{{- if ne $value "" }}
{{ $setting }}: {{ $value | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
The Secret that the chart makes, as `data`: what is in the cluster stays, what is missing is made. Made once for all templates of a rendering,
because the pods' annotations have its hash.
*/}}
{{- define "sunbeon.madeSecret" -}}
{{- if not (hasKey .Values "madeSecret") -}}
{{- $data := (lookup "v1" "Secret" .Release.Namespace (include "sunbeon.secretName" .)).data | default dict -}}
{{- range $setting, $row := .Files.Get "files/settings.yaml" | fromYaml -}}
{{- $key := include "sunbeon.secretKey" $setting -}}
{{- if and (eq $row.from "secret") $row.make (not (hasKey $data $key)) -}}
{{- $value := randAlphaNum 48 -}}
{{- if eq $row.make "shop-key" }}{{ $value = printf "shop:%s" $value }}{{ end -}}
{{- if eq $row.make "ed25519" }}{{ $value = genPrivateKey "ed25519" | regexFind "[A-Za-z0-9+/=\n]{60,}" | replace "\n" "" }}{{ end -}}
{{- $_ := set $data $key (b64enc $value) -}}
{{- end -}}
{{- end -}}
{{- $_ := set .Values "madeSecret" $data -}}
{{- end -}}
{{- toYaml .Values.madeSecret -}}
{{- end }}

{{/* Hash of the secrets that a component reads, by which a rotated key rolls its readers alone: (list $ component). */}}
{{- define "sunbeon.secretsHash" -}}
{{- $root := index . 0 }}{{ $name := index . 1 -}}
{{- $data := dict -}}
{{- if $root.Values.secrets.existingSecret -}}
{{- $data = (lookup "v1" "Secret" $root.Release.Namespace $root.Values.secrets.existingSecret).data | default dict -}}
{{- else -}}
{{- $data = include "sunbeon.madeSecret" $root | fromYaml -}}
{{- end -}}
{{- $redis := (lookup "v1" "Secret" $root.Release.Namespace $root.Values.redis.existingSecret).data | default dict -}}
{{- $read := list (toString $root.Values.secrets.revision) (get $redis (printf "%s-url" $name)) -}}
{{- range $setting, $row := $root.Files.Get "files/settings.yaml" | fromYaml -}}
{{- if and (has $name $row.readers) (eq $row.from "secret") }}{{ $read = append $read (get $data (include "sunbeon.secretKey" $setting)) }}{{ end -}}
{{- end -}}
{{- $read | toJson | sha256sum -}}
{{- end }}

{{/* Of every pod: not root, nothing to write to, no token. */}}
{{- define "sunbeon.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: RuntimeDefault } }
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.pods.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pods.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.pods.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "sunbeon.containerSecurity" -}}
securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
{{- end }}
