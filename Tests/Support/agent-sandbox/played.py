"""The parts of a cluster that a bare control plane does not have, played: kubelet and garbage collector."""
import time
import zlib

import store as cluster_state
from cluster import Failure
from store import CLAIM, POD, POOL, RESOURCES, SANDBOX, SERVICE, TEMPLATE, VOLUME, annotations

PLAY = "paddock.test/play"
NODE, LOST_NODE = "played-node", "played-lost-node"
HELP = """\
A pod's annotation paddock.test/play (it comes from the pod template, and may be changed while the pod lives) says how
its life goes; without it the pod is scheduled, where its nodeSelector is the played node's, runs and becomes ready at once:

  ImagePullBackOff  scheduled; its first container waits, with kubelet's words; as well ErrImagePull,
                    CrashLoopBackOff, CreateContainerConfigError, ContainerCreating
  Unschedulable     stays Pending; PodScheduled=False, Unschedulable, with the scheduler's words
  NotReady          runs, but is not ready
  OOMKilled         its first container ends with 137, OOMKilled; the pod fails, or starts the container again, by its
                    restartPolicy
  Exited:CODE       its first container ends; the pod succeeds or fails, or starts it again, by its restartPolicy
  Evicted           phase Failed, reason Evicted
  EvictedQuietly    ends as if it had succeeded, and an event alone says that it was evicted
  NodeSilent        runs; then its node is not heard of any more: it is not ready, goes on as Running, and an event says
                    that the node is not ready
  NodeLost          the same, five minutes later: the condition DisruptionTarget, and it is being deleted and never goes
                    by itself
  StuckTerminating  runs; when it is deleted, it does not go by itself
  Slow:SECONDS      ready only after that time
"""
WORDS = {
    "ErrImagePull": 'rpc error: code = NotFound desc = failed to pull and unpack image "{image}": not found',
    "ImagePullBackOff": 'Back-off pulling image "{image}"',
    "CrashLoopBackOff": "back-off 40s restarting failed container={container} pod={pod}",
    "CreateContainerConfigError": 'secret "{pod}" not found',
    "ContainerCreating": "",
}
EVENTS = {"ErrImagePull": "Failed", "ImagePullBackOff": "BackOff", "CrashLoopBackOff": "BackOff",
          "CreateContainerConfigError": "Failed"}


class Kubelet:
    """Binds pods to nodes that are not there, and says of them what a kubelet would."""

    def __init__(self, store):
        self.store, self.api = store, store.api
        self.told = {}  # uid -> what its status was made from

    def start(self):
        for node, ready in ((NODE, "True"), (LOST_NODE, "Unknown")):
            path = "/api/v1/nodes"
            if not self.api.get(f"{path}/{node}"):
                self.api.request("POST", path, {"metadata": {"name": node, "labels": {"kubernetes.io/hostname": node}}})
            reason, message = ("KubeletReady", "kubelet is played") if ready == "True" else \
                ("NodeStatusUnknown", "Kubelet stopped posting node status.")
            self.api.merge(f"{path}/{node}/status", {"status": {
                "conditions": [{"type": "Ready", "status": ready, "reason": reason, "message": message,
                                "lastHeartbeatTime": cluster_state.now(), "lastTransitionTime": cluster_state.now()}],
                "capacity": {"cpu": "64", "memory": "256Gi", "pods": "100000"},
                "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "100000"},
                "addresses": [{"type": "Hostname", "address": node}]}})

    def reconcile(self, namespace, name):
        pod = self.store.get(POD, namespace, name)
        if pod is None:
            return None
        try:
            return self.step(pod)
        except Failure as failure:
            if failure.code in (404, 409):
                return 0.05
            raise

    def step(self, pod):
        play = annotations(pod).get(PLAY, "")
        node = pod["spec"].get("nodeName")
        if node not in (None, NODE, LOST_NODE):
            return None
        if "deletionTimestamp" in pod["metadata"]:
            if play not in ("NodeLost", "NodeSilent", "StuckTerminating"):
                self.store.delete(POD, pod, gracePeriodSeconds=0)
            return None
        if not node and (play == "Unschedulable" or self.fits_nowhere(pod)):
            return self.unschedulable(pod)
        if not node:
            self.bind(pod, LOST_NODE if play in ("NodeLost", "NodeSilent") else NODE)
            return 0
        if play.startswith("Slow:"):
            left = cluster_state.seconds(pod["metadata"]["creationTimestamp"]) + float(play[5:]) - time.time()
            if left > 0:
                return left
        if self.told.get(pod["metadata"]["uid"], "") == play and pod.get("status", {}).get("podIP"):
            return None
        if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            return None
        status = self.status(pod, play)
        self.store.patch(POD, pod, {"status": status}, "status")
        self.told[pod["metadata"]["uid"]] = play
        if play in ("NodeLost", "NodeSilent"):
            self.event(pod, "Warning", "NodeNotReady", "Node is not ready")
        if play == "NodeLost":
            self.store.delete(POD, pod)
        return None

    @staticmethod
    def fits_nowhere(pod):
        selector = pod["spec"].get("nodeSelector") or {}
        return any(selector[key] != {"kubernetes.io/hostname": NODE}.get(key) for key in selector)

    def forget(self, pod):
        self.told.pop(pod["metadata"]["uid"], None)

    def bind(self, pod, node):
        namespace, name = cluster_state.key(pod)
        self.api.request("POST", cluster_state.path(POD, namespace, name, "binding"), {
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": name},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node}})
        bound = self.api.get(cluster_state.path(POD, namespace, name))
        if bound:
            self.store.put(POD, bound)

    def unschedulable(self, pod):
        if cluster_state.condition(pod.get("status", {}), "PodScheduled"):
            return None
        said = "0/1 nodes are available: 1 Insufficient memory."
        self.store.patch(POD, pod, {"status": {"conditions": [
            one_condition("PodScheduled", "False", "Unschedulable", said)]}}, "status")
        self.event(pod, "Warning", "FailedScheduling", said)
        return None

    def status(self, pod, play):
        spec, address = pod["spec"], played_address(pod["metadata"]["uid"])
        status = {"startTime": pod.get("status", {}).get("startTime") or cluster_state.now(), "hostIP": "10.213.79.1",
                  "podIP": address, "podIPs": [{"ip": address}], "phase": "Running",
                  "initContainerStatuses": [container_status(c, {"terminated": ended(0, "Completed")}, True)
                                            for c in spec.get("initContainers", [])],
                  "containerStatuses": [container_status(c, {"running": {"startedAt": started(pod, c)}}, True)
                                        for c in spec["containers"]]}
        first, ready = status["containerStatuses"][0], True
        if play in WORDS:
            words = WORDS[play].format(image=first["image"], container=first["name"], pod=pod["metadata"]["name"])
            waiting = {"waiting": {"reason": play, "message": words}}
            first.update(container_status(spec["containers"][0], waiting, False))
            status["phase"], ready = "Running" if play == "CrashLoopBackOff" else "Pending", False
            if play == "CrashLoopBackOff":
                first.update(restartCount=4, lastState={"terminated": ended(1, "Error")})
            if play in EVENTS:
                self.event(pod, "Warning", EVENTS[play], words)
        elif play == "NotReady":
            first["ready"] = ready = False
        elif play == "OOMKilled" or play.startswith("Exited:"):
            ready = self.end(pod, first, status, play)
        elif play == "Evicted":
            said = f"The node was low on resource: memory. Container {first['name']} was using 900Mi, which exceeds " \
                "its request of 0. "
            self.event(pod, "Warning", "Evicted", said)
            return {"phase": "Failed", "reason": "Evicted", "message": said, "containerStatuses": None}
        elif play == "EvictedQuietly":
            said = "The node was low on resource: ephemeral-storage. "
            self.event(pod, "Warning", "Evicted", said)
            first.update(container_status(pod["spec"]["containers"][0], {"terminated": ended(0, "Completed")}, False))
            status["phase"], ready = "Succeeded", False
        elif play in ("NodeLost", "NodeSilent"):
            ready = False
        done = status["phase"] in ("Succeeded", "Failed")
        because = ("PodCompleted" if status["phase"] == "Succeeded" else None) if done else "ContainersNotReady"
        status["conditions"] = [
            one_condition("Initialized", "True"), one_condition("PodScheduled", "True"),
            *(one_condition(kind, "True" if ready else "False", None if ready else because)
              for kind in ("Ready", "ContainersReady"))]
        if play == "NodeLost":
            status["conditions"].append(one_condition(
                "DisruptionTarget", "True", "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"))
        return status

    def end(self, pod, first, status, play):
        """A container that ends. Returns whether the pod is ready after that."""
        code, reason = (137, "OOMKilled") if play == "OOMKilled" else (int(play[7:]), None)
        reason = reason or ("Completed" if code == 0 else "Error")
        policy = pod["spec"].get("restartPolicy", "Always")
        if policy == "Always" or (policy == "OnFailure" and code):
            first.update(restartCount=1, lastState={"terminated": ended(code, reason)})
            return True
        first.update(container_status(pod["spec"]["containers"][0], {"terminated": ended(code, reason)}, False))
        status["phase"] = "Failed" if code else "Succeeded"
        return False

    def event(self, pod, kind, reason, message):
        namespace, name = cluster_state.key(pod)
        self.api.request("POST", f"/api/v1/namespaces/{namespace}/events", {
            "metadata": {"generateName": name + ".", "namespace": namespace}, "type": kind, "reason": reason,
            "message": message, "count": 1, "firstTimestamp": cluster_state.now(), "lastTimestamp": cluster_state.now(),
            "source": {"component": "played-kubelet"},
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": namespace, "name": name,
                               "uid": pod["metadata"]["uid"]}})

    def bind_volume(self, namespace, name):
        """A claim counts as bound: nobody looks behind it."""
        claim = self.store.get(VOLUME, namespace, name)
        if claim and claim.get("status", {}).get("phase") == "Pending" and "deletionTimestamp" not in claim["metadata"]:
            self.store.patch(VOLUME, claim, {"status": {
                "phase": "Bound", "accessModes": claim["spec"].get("accessModes", []),
                "capacity": claim["spec"].get("resources", {}).get("requests", {})}}, "status")


def played_address(uid):
    number = zlib.crc32(uid.encode())
    return f"10.214.{number >> 8 & 0xFF}.{number & 0xFF or 1}"


def one_condition(kind, value, reason=None, message=None):
    whole = {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": cluster_state.now()}
    whole.update({"reason": reason} if reason else {}, **({"message": message} if message else {}))
    return whole


def ended(code, reason):
    return {"exitCode": code, "reason": reason, "startedAt": cluster_state.now(), "finishedAt": cluster_state.now()}


def started(pod, container):
    """Since when a container runs; it goes on whatever else befalls its pod."""
    for status in pod.get("status", {}).get("containerStatuses") or []:
        if status["name"] == container["name"] and "running" in status["state"]:
            return status["state"]["running"]["startedAt"]
    return cluster_state.now()


def container_status(container, state, ready):
    running = "running" in state
    image = "" if "waiting" in state else "sha256:played"
    return {"name": container["name"], "image": container["image"], "imageID": image,
            "ready": ready, "started": running, "restartCount": 0, "lastState": {}, "state": state}


class Collector:
    """Deletes what the owner has left behind, and carries out deletions in the foreground and without dependents."""

    kinds = (SANDBOX, POD, VOLUME, SERVICE, CLAIM, POOL, TEMPLATE)

    def __init__(self, store):
        self.store = store
        self.by_name = {name: kind for kind, name in ((k, k) for k in RESOURCES)}

    def reconcile(self, kind, namespace, name):
        thing = self.store.get(kind, namespace, name)
        if thing is None:
            return None
        try:
            if "deletionTimestamp" in thing["metadata"]:
                return self.finish(kind, thing)
            if self.abandoned(thing):
                self.store.delete(kind, thing, propagationPolicy="Background")
        except Failure as failure:
            if failure.code in (404, 409):
                return 0.1
            raise
        return None

    def abandoned(self, thing):
        owners = thing["metadata"].get("ownerReferences", [])
        known = [o for o in owners if o["kind"] in self.by_name]
        return bool(owners) and len(known) == len(owners) and not any(
            self.lives(thing["metadata"]["namespace"], owner) for owner in owners)

    def lives(self, namespace, owner):
        seen = self.store.get(self.by_name[owner["kind"]], namespace, owner["name"])
        if seen is None:  # the store may not have it yet
            seen = self.store.api.get(cluster_state.path(self.by_name[owner["kind"]], namespace, owner["name"]))
        return seen is not None and seen["metadata"]["uid"] == owner["uid"]

    def finish(self, kind, thing):
        finalizers = thing["metadata"].get("finalizers", [])
        dependents = [(k, d) for k in self.kinds for d in self.store.dependents(thing, k)]
        if "foregroundDeletion" in finalizers:
            for of_kind, dependent in dependents:
                if "deletionTimestamp" not in dependent["metadata"]:
                    self.store.delete(of_kind, dependent, propagationPolicy="Foreground")
            if dependents:
                return 0.1
            return self.unfinalize(kind, thing, "foregroundDeletion")
        if "orphan" in finalizers:
            for of_kind, dependent in dependents:
                rest = [o for o in dependent["metadata"]["ownerReferences"] if o["uid"] != thing["metadata"]["uid"]]
                self.store.patch(of_kind, dependent, {"metadata": {"ownerReferences": rest or None}})
            return self.unfinalize(kind, thing, "orphan")
        if kind == VOLUME and "kubernetes.io/pvc-protection" in finalizers:
            used = any(v.get("persistentVolumeClaim", {}).get("claimName") == thing["metadata"]["name"]
                       for p in self.store.all(POD) if p["metadata"]["namespace"] == thing["metadata"]["namespace"]
                       for v in p["spec"].get("volumes", []))
            return 0.2 if used else self.unfinalize(kind, thing, "kubernetes.io/pvc-protection")
        return None

    def unfinalize(self, kind, thing, finalizer):
        rest = [f for f in thing["metadata"]["finalizers"] if f != finalizer]
        self.store.patch(kind, thing, {"metadata": {
            "finalizers": rest or None, "resourceVersion": thing["metadata"]["resourceVersion"]}})
