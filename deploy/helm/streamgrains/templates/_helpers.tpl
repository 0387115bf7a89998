{{- define "streamgrains.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "streamgrains.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "streamgrains.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* What selects silos, and nothing else of this release: it never changes, since a StatefulSet's selector cannot. */ -}}
{{- define "streamgrains.selector" -}}
app.kubernetes.io/name: {{ include "streamgrains.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: silo
{{- end -}}

{{- define "streamgrains.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "streamgrains.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "streamgrains.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "streamgrains.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "streamgrains.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "streamgrains.scheme" -}}
{{- ternary "https" "http" .Values.api.tls.enabled -}}
{{- end -}}

{{- define "streamgrains.storage" -}}
{{- .Values.storage.url | default (ternary .Values.storage.sharedVolume.mountPath "kafka:" .Values.storage.sharedVolume.enabled) -}}
{{- end -}}

{{- /* Seconds as the silo reads them: 00:00:20 */ -}}
{{- define "streamgrains.stopGrace" -}}
{{- $s := int .Values.stopGraceSeconds -}}
{{- printf "00:%02d:%02d" (div $s 60) (mod $s 60) -}}
{{- end -}}

{{- /* A value as text: values files hold every number as a float, which would print 2000000 as 2e+06. */ -}}
{{- define "streamgrains.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{- printf "%.0f" . -}}{{- else -}}{{- toString . -}}{{- end -}}
{{- end -}}

{{- /* The chart's own secret, by complete names of environment variables. */ -}}
{{- define "streamgrains.secretData" -}}
{{- if .Values.cluster.connection }}
StreamGrains__Cluster__Connection: {{ .Values.cluster.connection | quote }}
{{- end }}
{{- range $key, $value := .Values.kafka.secretSettings }}
StreamGrains__Kafka__Settings__{{ $key }}: {{ include "streamgrains.text" $value | quote }}
{{- end }}
{{- range $i, $key := .Values.api.keys }}
StreamGrains__Api__Keys__{{ $i }}__Name: {{ $key.name | quote }}
StreamGrains__Api__Keys__{{ $i }}__Role: {{ $key.role | quote }}
StreamGrains__Api__Keys__{{ $i }}__Sha256: {{ $key.sha256 | quote }}
{{- end }}
{{- range $key, $value := .Values.storage.secretEnv }}
{{ $key }}: {{ $value | quote }}
{{- end }}
{{- end -}}
