{{- define "iter8.labels" -}}
app.kubernetes.io/name: iter8
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "iter8.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- define "iter8.jobSpec" -}}
# A verdict is final: retry only if the pod was lost with its node.
backoffLimit: 2
podFailurePolicy:
  rules:
    - action: FailJob
      onExitCodes: {containerName: iter8, operator: In, values: [1, 2, 3]}
    - action: Ignore
      onPodConditions: [{type: DisruptionTarget, status: "True"}]
activeDeadlineSeconds: {{ .Values.activeDeadlineSeconds }}
ttlSecondsAfterFinished: {{ .Values.ttlSecondsAfterFinished }}
template:
  metadata:
    labels:
      {{- include "iter8.labels" . | nindent 6 }}
    {{- with .Values.podAnnotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    restartPolicy: Never
    serviceAccountName: {{ .Release.Name }}
    automountServiceAccountToken: false
    terminationGracePeriodSeconds: 60
    securityContext:
      runAsNonRoot: true
      runAsUser: 65532
      fsGroup: 65532
      seccompProfile: {type: RuntimeDefault}
    {{- with .Values.image.pullSecrets }}
    imagePullSecrets:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    containers:
      - name: iter8
        image: {{ include "iter8.image" . | quote }}
        imagePullPolicy: {{ .Values.image.pullPolicy }}
        args: [ci]
        workingDir: /workspace
        env:
          - {name: ITER8_EXPERIMENT, value: /experiment/experiment.yaml}
          - {name: ITER8_ASSERT, value: {{ .Values.assert | quote }}}
          - {name: ITER8_SET, value: {{ .Values.set | join "\n" | quote }}}
          - {name: ITER8_REPORT, value: {{ .Values.reports | join "\n" | quote }}}
          - {name: TMPDIR, value: /workspace}
          {{- if .Values.result.configMap }}
          - {name: ITER8_RESULT_CONFIGMAP, value: {{ printf "%s-result" .Release.Name | quote }}}
          {{- end }}
          {{- range $name, $value := .Values.env }}
          - {name: {{ $name }}, value: {{ $value | quote }}}
          {{- end }}
        {{- with .Values.secretName }}
        envFrom:
          - secretRef: {name: {{ . | quote }}}
        {{- end }}
        resources:
          {{- toYaml .Values.resources | nindent 10 }}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        volumeMounts:
          - {name: experiment, mountPath: /experiment, readOnly: true}
          - {name: workspace, mountPath: /workspace}
          {{- if .Values.result.configMap }}
          - {name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
          {{- end }}
    volumes:
      - name: experiment
        configMap: {name: {{ printf "%s-experiment" .Release.Name | quote }}}
      - name: workspace
        {{- if .Values.result.claim }}
        persistentVolumeClaim: {claimName: {{ .Values.result.claim | quote }}}
        {{- else }}
        emptyDir: {}
        {{- end }}
      {{- if .Values.result.configMap }}
      - name: token
        projected:
          sources:
            - serviceAccountToken: {path: token, expirationSeconds: 3600}
            - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
            - downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}
      {{- end }}
    {{- with .Values.nodeSelector }}
    nodeSelector:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .Values.tolerations }}
    tolerations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}
