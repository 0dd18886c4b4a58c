"""What upstream's controller does for a Sandbox; README.md here says it in words."""
import copy
import time

import store as cluster_state
from cluster import Failure
from store import POD, POOL, SANDBOX, SERVICE, VOLUME, annotations, controlled, controller, labels

NAME_HASH = "agents.x-k8s.io/sandbox-name-hash"
POD_NAME = "agents.x-k8s.io/pod-name"
ADOPTABLE = "agents.x-k8s.io/adoptable"
PROPAGATED_LABELS = "agents.x-k8s.io/propagated-labels"
PROPAGATED_ANNOTATIONS = "agents.x-k8s.io/propagated-annotations"
CREATED_BY = "agents.x-k8s.io/created-by"
POOL_HASH = "agents.x-k8s.io/warm-pool-sandbox"
TEMPLATE_REFERENCE = "agents.x-k8s.io/sandbox-template-ref-hash"
RESERVED = ("agents.x-k8s.io/", "extensions.agents.x-k8s.io/")


class Trouble(Exception):
    """Something that the Sandbox's Ready condition has to tell."""

    reason = "ReconcilerError"


class SeveralPods(Trouble):
    reason = "MultiplePods"


class Sandboxes:
    def __init__(self, store):
        self.store = store

    def reconcile(self, namespace, name):
        """Takes the next steps for one Sandbox. Returns after how many seconds to look again, or None."""
        sandbox = self.store.get(SANDBOX, namespace, name)
        if sandbox is None or "deletionTimestamp" in sandbox["metadata"]:
            return None
        status = copy.deepcopy(sandbox.get("status", {}))
        left = time_left(sandbox)
        if left is not None and left <= 0:
            return self.expire(sandbox, status)
        problem = self.steps(sandbox, status)
        sandbox = self.store.get(SANDBOX, namespace, name) or sandbox
        self.write_status(sandbox, status)
        if problem:
            return 1
        return None if left is None else max(left, 0.05)

    def steps(self, sandbox, status):
        """Volumes, pod, Service, conditions. Returns the first trouble."""
        problem = unknown = pod = service = None
        try:
            self.volumes(sandbox)
        except Trouble as trouble:
            problem = trouble
        try:
            pod = self.pod(sandbox)
        except Trouble as trouble:
            problem, unknown = problem or trouble, trouble
        owned = pod is not None and controlled(pod, sandbox)
        set_or_drop(status, "podIPs", [ip["ip"] for ip in pod.get("status", {}).get("podIPs", [])] if owned else [])
        set_or_drop(status, "nodeName", pod["spec"].get("nodeName") if owned else None)
        if pod:
            status["selector"] = f"{NAME_HASH}={cluster_state.hashed(sandbox['metadata']['name'])}"
        if not isinstance(unknown, SeveralPods):
            try:
                service = self.service(sandbox, status)
            except Trouble as trouble:
                problem = problem or trouble
        conditions(sandbox, status, pod if pod else None, service, problem, unknown)
        return problem

    def write_status(self, sandbox, status):
        old = sandbox.get("status", {})
        patch = cluster_state.merge_patch(old, status)
        # The node's name alone waits for the next change, as it does upstream.
        if patch and not (list(patch) == ["nodeName"] and not is_true(status, "Ready")):
            try:
                self.store.patch(SANDBOX, sandbox, {"status": patch}, "status")
            except Failure as failure:
                if failure.code != 404:
                    raise

    # Volumes

    def volumes(self, sandbox):
        name = sandbox["metadata"]["name"]
        for template in sandbox["spec"].get("volumeClaimTemplates", []):
            metadata = template.get("metadata", {})
            volume = f"{metadata.get('name', '')}-{name}"
            found = self.store.get(VOLUME, sandbox["metadata"]["namespace"], volume)
            if found is not None:
                self.adopt(VOLUME, "PVC", found, sandbox)
                continue
            self.make(VOLUME, {
                "metadata": {
                    "name": volume, "namespace": sandbox["metadata"]["namespace"],
                    "labels": {**metadata.get("labels", {}), NAME_HASH: cluster_state.hashed(name)},
                    "annotations": metadata.get("annotations", {}),
                    "ownerReferences": [cluster_state.reference(sandbox, SANDBOX)]},
                "spec": template["spec"]})

    def make(self, kind, thing):
        try:
            return self.store.create(kind, thing)
        except Failure as failure:
            if failure.code == 409 and failure.status.get("reason") == "AlreadyExists":
                found = self.store.api.get(cluster_state.path(kind, *cluster_state.key(thing)))
                if found:
                    self.store.put(kind, found)
                    return found
            raise Trouble(failure.status.get("message", str(failure))) from None

    def adopt(self, kind, word, thing, sandbox):
        """Makes an unowned thing the Sandbox's own, if it is marked for that; refuses everybody else's."""
        if controlled(thing, sandbox):
            return thing
        owner, name = controller(thing), thing["metadata"]["name"]
        if owner:
            raise Trouble(f'{word} "{name}" is owned by {owner["kind"]}/{owner["name"]} (UID: {owner["uid"]}), '
                          f'not by sandbox "{sandbox["metadata"]["name"]}"')
        own = labels(thing).get(NAME_HASH) == cluster_state.hashed(sandbox["metadata"]["name"])
        if not own and labels(thing).get(ADOPTABLE) != "true":
            raise Trouble(f'cannot adopt unowned {word} "{name}": missing required pool authorization label '
                          f'("{ADOPTABLE}") or sandbox tracking label ("{NAME_HASH}")')
        references = thing["metadata"].get("ownerReferences", []) + [cluster_state.reference(sandbox, SANDBOX)]
        return self.store.patch(kind, thing, {"metadata": {"ownerReferences": references}})

    # The pod

    def pod(self, sandbox):
        namespace, name = cluster_state.key(sandbox)
        tracked = annotations(sandbox).get(POD_NAME)
        pod = self.store.get(POD, namespace, tracked or name)
        owned = [p for p in self.store.dependents(sandbox, POD) if controlled(p, sandbox)]
        if len(owned) > 1:
            raise SeveralPods(f"multiple Pods ({len(owned)}) are controlled by this Sandbox; "
                              "refusing to choose or create a Pod")
        if owned and (pod is None or pod["metadata"]["name"] != owned[0]["metadata"]["name"]):
            pod = owned[0]
            self.track(sandbox, None)
        elif pod is None and tracked:
            self.track(sandbox, None)
        if sandbox["spec"].get("operatingMode") == "Suspended":
            return self.suspend(sandbox, pod)
        if pod is None:
            pod = self.make(POD, self.new_pod(sandbox))
        try:
            pod = self.adopt(POD, "pod", pod, sandbox)
        except Trouble:
            if controller(pod):
                self.track(sandbox, None)
            raise
        pod = self.propagate(sandbox, pod)
        self.track(sandbox, pod["metadata"]["name"])
        return pod

    def track(self, sandbox, pod):
        """Notes the pod's name on the Sandbox, unless it has one, or takes the note away."""
        current = self.store.get(SANDBOX, *cluster_state.key(sandbox)) or sandbox
        noted = annotations(current).get(POD_NAME)
        if (pod is None and noted) or (pod and not noted):
            self.store.patch(SANDBOX, current, {"metadata": {"annotations": {POD_NAME: pod}}})

    def suspend(self, sandbox, pod):
        if pod is not None and controlled(pod, sandbox):
            if "deletionTimestamp" not in pod["metadata"]:
                self.store.delete(POD, pod)
            return pod
        self.track(sandbox, None)
        return pod

    def new_pod(self, sandbox):
        template, name = sandbox["spec"]["podTemplate"], sandbox["metadata"]["name"]
        wanted, kept_labels, noted, kept_annotations = metadata_for_pod(sandbox)
        if kept_labels:
            noted[PROPAGATED_LABELS] = ",".join(kept_labels)
        if kept_annotations:
            noted[PROPAGATED_ANNOTATIONS] = ",".join(kept_annotations)
        spec = copy.deepcopy(template["spec"])
        claims = [t.get("metadata", {}).get("name") for t in sandbox["spec"].get("volumeClaimTemplates", [])]
        if claims:
            spec["volumes"] = [v for v in spec.get("volumes", []) if v["name"] not in claims] + [
                {"name": claim, "persistentVolumeClaim": {"claimName": f"{claim}-{name}"}} for claim in claims]
        return {"metadata": {"name": name, "namespace": sandbox["metadata"]["namespace"], "labels": wanted,
                             "annotations": noted, "ownerReferences": [cluster_state.reference(sandbox, SANDBOX)]},
                "spec": spec}

    def propagate(self, sandbox, pod):
        """Carries labels and annotations of the template over to a pod that exists, and takes away what has gone."""
        wanted, kept_labels, noted, kept_annotations = metadata_for_pod(sandbox)
        for kind, values, kept, mark in (("labels", wanted, kept_labels, PROPAGATED_LABELS),
                                         ("annotations", noted, kept_annotations, PROPAGATED_ANNOTATIONS)):
            present = pod["metadata"].get(kind) or {}
            for former in annotations(pod).get(mark, "").split(","):
                if former in present and former not in values and not reserved(former):
                    values[former] = None
            if annotations(pod).get(mark, "") != ",".join(kept):
                noted[mark] = ",".join(kept)
        for owned in (POOL_HASH, TEMPLATE_REFERENCE, CREATED_BY):
            if owned not in wanted and owned in labels(pod):
                wanted[owned] = None
        patch = {"labels": {k: v for k, v in wanted.items() if labels(pod).get(k) != v},
                 "annotations": {k: v for k, v in noted.items() if annotations(pod).get(k) != v}}
        patch = {kind: values for kind, values in patch.items() if values}
        return self.store.patch(POD, pod, {"metadata": patch}) if patch else pod

    # The Service

    def service(self, sandbox, status):
        desired = sandbox["spec"].get("service")
        namespace, name = cluster_state.key(sandbox)
        service = self.store.get(SERVICE, namespace, name)
        if service is not None and desired is False:
            if controlled(service, sandbox):
                self.store.delete(SERVICE, service)
            service = None
        elif service is not None and desired is None and not controller(service):
            service = None
        elif service is not None:
            service = self.adopt(SERVICE, "service", service, sandbox)
        elif desired:
            own = {NAME_HASH: cluster_state.hashed(name)}
            service = self.make(SERVICE, {
                "metadata": {"name": name, "namespace": namespace, "labels": own,
                             "ownerReferences": [cluster_state.reference(sandbox, SANDBOX)]},
                "spec": {"clusterIP": "None", "selector": own, "ports": service_ports(sandbox)}})
        set_or_drop(status, "service", name if service else None)
        set_or_drop(status, "serviceFQDN", f"{name}.{namespace}.svc.cluster.local" if service else None)
        return service

    # Expiry

    def expire(self, sandbox, status):
        ready = cluster_state.condition(status, "Ready")
        if ready is None or ready["reason"] != "SandboxExpired":
            mark_expired(sandbox, status)
            self.write_status(sandbox, status)
            return 0.01
        name = annotations(sandbox).get(POD_NAME) or sandbox["metadata"]["name"]
        for kind, child in ((POD, name), (SERVICE, sandbox["metadata"]["name"])):
            thing = self.store.get(kind, sandbox["metadata"]["namespace"], child)
            if thing and controlled(thing, sandbox) and "deletionTimestamp" not in thing["metadata"]:
                self.store.delete(kind, thing)
        if sandbox["spec"].get("shutdownPolicy") == "Delete":
            self.store.delete(SANDBOX, sandbox)
            return None
        retained = {"conditions": status["conditions"]}
        mark_expired(sandbox, retained)
        self.write_status(sandbox, retained)
        return None


def time_left(sandbox):
    at = sandbox["spec"].get("shutdownTime")
    return None if at is None else cluster_state.seconds(at) - time.time()


def mark_expired(sandbox, status):
    cluster_state.set_condition(status, "Ready", "False", "SandboxExpired", "Sandbox has expired",
                                sandbox["metadata"]["generation"])
    cluster_state.remove_condition(status, "PodScheduled")


def set_or_drop(status, name, value):
    if value:
        status[name] = value
    else:
        status.pop(name, None)


def is_true(status, kind):
    found = cluster_state.condition(status, kind)
    return found is not None and found["status"] == "True"


def reserved(name):
    return name.startswith(RESERVED)


def metadata_for_pod(sandbox):
    """Labels and annotations that a pod has to have, and the names of those that are the template's."""
    template = sandbox["spec"]["podTemplate"].get("metadata") or {}
    wanted = {k: v for k, v in (template.get("labels") or {}).items() if not reserved(k)}
    noted = {k: v for k, v in (template.get("annotations") or {}).items() if not reserved(k)}
    kept = sorted(wanted), sorted(noted)
    wanted[NAME_HASH] = cluster_state.hashed(sandbox["metadata"]["name"])
    owner = controller(sandbox)
    if owner and owner["apiVersion"].startswith("extensions.agents.x-k8s.io/"):
        for name in (POOL_HASH, TEMPLATE_REFERENCE):
            if labels(sandbox).get(name) and (name != POOL_HASH or owner["kind"] == POOL):
                wanted[name] = labels(sandbox)[name]
    maker = labels(sandbox).get(CREATED_BY)
    if maker:
        wanted[CREATED_BY] = maker if maker in ("go-client", "python-client", "controller") else "unknown"
    return wanted, kept[0], noted, kept[1]


def service_ports(sandbox):
    ports = {}
    for container in sandbox["spec"]["podTemplate"]["spec"].get("containers", []):
        for port in container.get("ports", []):
            number, protocol = port["containerPort"], port.get("protocol", "TCP")
            name = port.get("name") or f"p-{number}-{protocol.lower()}"
            ports.setdefault((number, protocol),
                             {"name": name, "protocol": protocol, "port": number, "targetPort": number})
    return [ports[number] for number in sorted(ports)]


# Conditions

def conditions(sandbox, status, pod, service, problem, unknown):
    generation = sandbox["metadata"]["generation"]
    suspended = sandbox["spec"].get("operatingMode") == "Suspended"
    owned = pod is not None and controlled(pod, sandbox)
    cluster_state.set_condition(status, "Suspended", *suspension(suspended, pod, owned, unknown), generation)
    cluster_state.remove_condition(status, "Finished")
    phase = pod.get("status", {}).get("phase") if owned else None
    old = cluster_state.condition(sandbox.get("status", {}), "Finished")
    if phase in ENDED:
        if old:
            status["conditions"].append(old)
        cluster_state.set_condition(status, "Finished", "True", *ENDED[phase], generation)
    scheduled = scheduling(pod, owned, unknown)
    if scheduled:
        cluster_state.set_condition(status, "PodScheduled", *scheduled, generation)
    else:
        cluster_state.remove_condition(status, "PodScheduled")
    cluster_state.set_condition(status, "Ready", *readiness(sandbox, suspended, pod, service, problem), generation)


ENDED = {"Succeeded": ("PodSucceeded", "Pod completed successfully"), "Failed": ("PodFailed", "Pod failed")}


def suspension(suspended, pod, owned, unknown):
    if not suspended:
        return "False", "NotSuspended", "Sandbox is not suspended"
    if pod is None and unknown:
        return "Unknown", "PodStateUnknown", "Pod state is unknown. Sandbox suspension cannot be confirmed"
    if pod is None:
        return "True", "PodTerminated", "Pod has been terminated. Sandbox is suspended"
    if not owned:
        return "False", "PodNotOwned", "Refused to delete pod because it is not owned by this sandbox"
    return "False", "PodTerminating", "Pod is terminating. Sandbox is suspending"


def scheduling(pod, owned, unknown):
    if pod is None and unknown:
        return "Unknown", "PodSchedulingUnknown", "Pod state is unknown. Pod scheduling cannot be determined"
    if not owned:
        return None
    own = cluster_state.condition(pod.get("status", {}), "PodScheduled")
    if own is None:
        return "Unknown", "PodSchedulingUnknown", "Pod has not reported a PodScheduled condition yet"
    fallback = "PodScheduled" if own["status"] == "True" else "PodSchedulingUnknown"
    return own["status"], own.get("reason") or fallback, own.get("message", "")


def readiness(sandbox, suspended, pod, service, problem):
    if problem:
        text = str(problem) if isinstance(problem, SeveralPods) else f"Error seen: {problem}"
        return "False", problem.reason, text
    if suspended:
        return "False", "SandboxSuspended", "Sandbox is suspending" if pod else "Sandbox is suspended"
    phase = pod.get("status", {}).get("phase", "") if pod else None
    if phase in ENDED:
        return "False", *ENDED[phase]
    message, ready = "Pod does not exist", False
    if pod:
        message = f"Pod exists with phase: {phase}"
        if phase == "Running":
            message = "Pod is Running but not Ready"
            if is_true(pod["status"], "Ready"):
                ready = bool(pod["status"].get("podIPs"))
                message = "Pod is Ready" if ready else "Pod is Ready but has no podIPs yet"
    if sandbox["spec"].get("service") or service:
        message += "; Service Exists" if service else "; Service does not exist"
        ready = ready and service is not None
    return ("True", "DependenciesReady", message) if ready else ("False", "DependenciesNotReady", message)
