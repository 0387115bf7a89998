{{- /* What a schema cannot say: values that need each other. Each message says what is wrong and what to set. */ -}}
{{- define "streamgrains.checks" -}}
{{- $v := .Values -}}
{{- if not $v.image.repository -}}
{{- fail "image.repository is not set. No image is published: build deploy/Dockerfile (target silo), push it to your registry and name it here." -}}
{{- end -}}
{{- if not $v.kafka.bootstrap -}}
{{- fail "kafka.bootstrap is not set. Give the brokers, e.g. --set kafka.bootstrap=kafka-bootstrap.kafka:9092" -}}
{{- end -}}
{{- if eq $v.cluster.clustering "localhost" -}}
{{- if gt (int $v.replicas) 1 -}}
{{- fail (printf "replicas is %d, but with cluster.clustering localhost silos do not find each other. Set it to redis or postgres, or replicas to 1." (int $v.replicas)) -}}
{{- end -}}
{{- else if not (or $v.cluster.connection $v.cluster.existingSecret) -}}
{{- $wanted := printf "Set cluster.existingSecret (a secret with the key %s) or cluster.connection." $v.cluster.existingSecretKey -}}
{{- fail (printf "cluster.clustering is %s, but there is no connection to it. %s" $v.cluster.clustering $wanted) -}}
{{- end -}}
{{- if and $v.cluster.connection $v.cluster.existingSecret -}}
{{- fail "cluster.connection and cluster.existingSecret are both set. Keep one." -}}
{{- end -}}
{{- if not (or $v.api.keys $v.api.existingSecret) -}}
{{- $make := "key=$(openssl rand -hex 32); echo \"$key\"; printf %s \"$key\" | sha256sum" -}}
{{- fail (printf "There are no API keys, and without them a silo does not serve a network. Set api.keys (name, role, sha256) or api.existingSecret. To make a key: %s" $make) -}}
{{- end -}}
{{- if and $v.api.keys $v.api.existingSecret -}}
{{- fail "api.keys and api.existingSecret are both set, and would number their keys alike. Keep one." -}}
{{- end -}}
{{- if and $v.api.tls.enabled (not $v.api.tls.existingSecret) -}}
{{- fail "api.tls.enabled needs api.tls.existingSecret, the name of a secret of type kubernetes.io/tls." -}}
{{- end -}}
{{- $storage := include "streamgrains.storage" . -}}
{{- if hasPrefix "/" $storage -}}
{{- $shared := and $v.storage.sharedVolume.enabled (hasPrefix (printf "%s/" $v.storage.sharedVolume.mountPath) (printf "%s/" $storage)) -}}
{{- $mounted := $shared -}}
{{- range $v.extraVolumeMounts -}}
{{- if hasPrefix (printf "%s/" (trimSuffix "/" .mountPath)) (printf "%s/" $storage) -}}{{- $mounted = true -}}{{- end -}}
{{- end -}}
{{- if not $mounted -}}
{{- $wanted := printf "Set storage.sharedVolume.enabled (mounted at %s), or mount yours with extraVolumes and extraVolumeMounts." $v.storage.sharedVolume.mountPath -}}
{{- fail (printf "storage.url is the path %s, but no volume that all silos see is mounted there. %s" $storage $wanted) -}}
{{- end -}}
{{- else if $v.storage.sharedVolume.enabled -}}
{{- fail (printf "storage.sharedVolume is enabled, but storage.url is %s. Leave storage.url empty, or give a path under %s." $storage $v.storage.sharedVolume.mountPath) -}}
{{- end -}}
{{- if and $v.networkPolicy.enabled $v.networkPolicy.egress.enabled (not (include "streamgrains.kafkaPorts" . | trim)) -}}
{{- $wanted := "Write host:port, or set networkPolicy.egress.kafka.ports." -}}
{{- fail (printf "kafka.bootstrap (%s) names no port, so the NetworkPolicy cannot let silos reach the brokers. %s" $v.kafka.bootstrap $wanted) -}}
{{- end -}}
{{- end -}}

{{- /* Ports of the brokers, one a line. */ -}}
{{- define "streamgrains.kafkaPorts" -}}
{{- $ports := .Values.networkPolicy.egress.kafka.ports -}}
{{- if not $ports -}}
{{- range splitList "," .Values.kafka.bootstrap -}}
{{- $port := regexFind ":[0-9]+$" (trim .) | trimPrefix ":" -}}
{{- if $port -}}{{- $ports = append $ports (int $port) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- range uniq $ports }}
{{ . }}
{{- end -}}
{{- end -}}
