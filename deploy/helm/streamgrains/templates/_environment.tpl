{{- /* The silo's configuration: env and envFrom of its container. */ -}}
{{- define "streamgrains.environment" -}}
{{- $v := .Values -}}
env:
  - name: Urls
    value: {{ printf "%s://0.0.0.0:%d" (include "streamgrains.scheme" .) (int $v.api.port) }}
  - name: StreamGrains__Cluster__Id
    value: {{ $v.cluster.id | quote }}
  - name: StreamGrains__Cluster__Service
    value: {{ $v.cluster.service | quote }}
  - name: StreamGrains__Cluster__Clustering
    value: {{ $v.cluster.clustering }}
  {{- with $v.cluster.existingSecret }}
  - name: StreamGrains__Cluster__Connection
    valueFrom:
      secretKeyRef: { name: {{ . }}, key: {{ $v.cluster.existingSecretKey }} }
  {{- end }}
  - name: StreamGrains__Cluster__Name
    valueFrom:
      fieldRef: { fieldPath: metadata.name }
  - name: StreamGrains__Cluster__SiloPort
    value: {{ $v.cluster.siloPort | quote }}
  - name: StreamGrains__Cluster__GatewayPort
    value: {{ $v.cluster.gatewayPort | quote }}
  - name: StreamGrains__Cluster__AdvertisedAddress
    valueFrom:
      fieldRef: { fieldPath: status.podIP }
  - name: StreamGrains__Kafka__Bootstrap
    value: {{ $v.kafka.bootstrap | quote }}
  {{- range $key, $value := $v.kafka.settings }}
  - name: StreamGrains__Kafka__Settings__{{ $key }}
    value: {{ include "streamgrains.text" $value | quote }}
  {{- end }}
  - name: StreamGrains__Storage
    value: {{ include "streamgrains.storage" . | quote }}
  {{- range $key, $value := $v.storage.env }}
  - name: {{ $key }}
    value: {{ $value | quote }}
  {{- end }}
  - name: StreamGrains__Data
    value: /data
  {{- if $v.lanes }}
  - name: StreamGrains__Lanes
    value: {{ $v.lanes | quote }}
  {{- end }}
  {{- if $v.buffers }}
  - name: StreamGrains__Buffers
    value: {{ $v.buffers | quote }}
  {{- end }}
  - name: StreamGrains__StopGrace
    value: {{ include "streamgrains.stopGrace" . | quote }}
  {{- if $v.api.tls.enabled }}
  - name: Kestrel__Certificates__Default__Path
    value: /etc/streamgrains/tls/tls.crt
  - name: Kestrel__Certificates__Default__KeyPath
    value: /etc/streamgrains/tls/tls.key
  {{- end }}
  {{- with $v.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $own := include "streamgrains.secretData" . | trim }}
{{- if or $own $v.kafka.existingSecret $v.api.existingSecret $v.storage.existingSecret }}
envFrom:
  {{- if $own }}
  - secretRef: { name: {{ include "streamgrains.fullname" . }} }
  {{- end }}
  {{- with $v.kafka.existingSecret }}
  - prefix: StreamGrains__Kafka__Settings__
    secretRef: { name: {{ . }} }
  {{- end }}
  {{- with $v.api.existingSecret }}
  - prefix: StreamGrains__Api__Keys__
    secretRef: { name: {{ . }} }
  {{- end }}
  {{- with $v.storage.existingSecret }}
  - secretRef: { name: {{ . }} }
  {{- end }}
{{- end }}
{{- end -}}
