"""What upstream's controllers do for templates, warm pools and claims; README.md here says it in words."""
import copy
import time

import store as cluster_state
from cluster import Failure
from sandboxes import CREATED_BY, POD_NAME, POOL_HASH, TEMPLATE_REFERENCE
from store import CLAIM, POOL, SANDBOX, TEMPLATE, annotations, controlled, controller, is_ready, labels

LAUNCH = "agents.x-k8s.io/launch-type"
TEMPLATE_HASH = "agents.x-k8s.io/sandbox-template-hash"
FORMER_TEMPLATE_HASH = "agents.x-k8s.io/sandbox-pod-template-hash"
TEMPLATE_NAME = "agents.x-k8s.io/sandbox-template-ref"
CLAIM_UID = "agents.x-k8s.io/claim-uid"
ASSIGNED = "agents.x-k8s.io/sandbox-name"
LABEL_DOMAINS = ("sandbox.users.io",)
SYSTEM_DOMAINS = ("kubernetes.io", "k8s.io", "agents.x-k8s.io")
EVICTABLE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
BLUEPRINT = ("podTemplate", "volumeClaimTemplates", "service")


class Refused(Exception):
    """What the claim's Ready condition has to say; `again` is when to look next."""

    def __init__(self, reason, message, again=None):
        super().__init__(message)
        self.reason, self.again = reason, again


class Waiting(Exception):
    """Warm sandboxes without an address yet: looked at again before anything is said."""


def blueprint(template):
    """The part of a template that a Sandbox takes over, with what upstream sets for safety."""
    spec = {name: copy.deepcopy(template["spec"][name]) for name in BLUEPRINT if name in template["spec"]}
    pod = spec["podTemplate"]["spec"]
    pod.setdefault("automountServiceAccountToken", False)
    managed = template["spec"].get("networkPolicyManagement", "Managed") == "Managed"
    if managed and not template["spec"].get("networkPolicy") and not pod.get("dnsPolicy"):
        pod["dnsPolicy"] = "None"
        pod["dnsConfig"] = {"nameservers": ["8.8.8.8", "1.1.1.1"]}
    return spec


def content_hash(template):
    return cluster_state.hashed_content({n: template["spec"].get(n) for n in BLUEPRINT})


def within(domain, domains):
    return any(domain == d or domain.endswith("." + d) for d in domains)


class Templates:
    def __init__(self, store):
        self.store = store

    def reconcile(self, namespace, name):
        template = self.store.get(TEMPLATE, namespace, name)
        wanted = cluster_state.hashed(name)
        if template is None or "deletionTimestamp" in template["metadata"]:
            return
        if labels(template).get(TEMPLATE_REFERENCE) != wanted:
            self.store.patch(TEMPLATE, template, {"metadata": {"labels": {TEMPLATE_REFERENCE: wanted}}})


class Pools:
    def __init__(self, store):
        self.store = store

    def reconcile(self, namespace, name):
        pool = self.store.get(POOL, namespace, name)
        if pool is None or "deletionTimestamp" in pool["metadata"]:
            return None
        template = self.store.get(TEMPLATE, namespace, pool["spec"]["sandboxTemplateRef"]["name"])
        active, terminating = self.members(pool, template)
        wanted = pool["spec"].get("replicas", 1)
        status = {"replicas": len(active), "readyReplicas": sum(map(is_ready, active)),
                  "selector": f"{POOL_HASH}={cluster_state.hashed(name)}"}
        if template:
            for _ in range(wanted - len(active) - terminating):
                self.store.create(SANDBOX, self.member(pool, template))
        for surplus in sorted(active, key=lambda s: (is_ready(s), -age_key(s)))[:max(0, len(active) - wanted)]:
            self.store.delete(SANDBOX, surplus)
        if cluster_state.merge_patch(pool.get("status", {}), status):
            self.store.patch(POOL, pool, {"status": status}, "status")
        return None

    def members(self, pool, template):
        """Those that count, and how many are going. Read from the server: made ones must not be made twice."""
        namespace, name = cluster_state.key(pool)
        listed = self.store.api.request(
            "GET", f"{cluster_state.path(SANDBOX, namespace)}?labelSelector={POOL_HASH}%3D{cluster_state.hashed(name)}")
        active, terminating = [], 0
        recreate = pool["spec"].get("updateStrategy", {}).get("type") == "Recreate"
        for sandbox in listed["items"]:
            mine, orphan = controlled(sandbox, pool), controller(sandbox) is None
            if "deletionTimestamp" in sandbox["metadata"]:
                terminating += mine
            elif mine or orphan:
                if template and (recreate or orphan) and labels(sandbox).get(TEMPLATE_HASH) != content_hash(template):
                    self.store.delete(SANDBOX, sandbox)
                    terminating += mine
                    continue
                if orphan:
                    sandbox = self.store.patch(SANDBOX, sandbox, {"metadata": {
                        "ownerReferences": [cluster_state.reference(pool, POOL)], "labels": {LAUNCH: "warm"}}})
                active.append(sandbox)
        return active, terminating

    def member(self, pool, template):
        namespace, name = cluster_state.key(pool)
        of_template = template["metadata"]["name"]
        marks = {POOL_HASH: cluster_state.hashed(name), TEMPLATE_REFERENCE: cluster_state.hashed(of_template),
                 FORMER_TEMPLATE_HASH: cluster_state.hashed_content(template["spec"]["podTemplate"]),
                 TEMPLATE_HASH: content_hash(template)}
        spec = blueprint(template)
        metadata = spec["podTemplate"].setdefault("metadata", {})
        metadata["labels"] = {**(metadata.get("labels") or {}), **marks}
        return {"apiVersion": cluster_state.RESOURCES[SANDBOX][0], "kind": SANDBOX, "spec": spec, "metadata": {
            "generateName": name + "-", "namespace": namespace, "annotations": {TEMPLATE_NAME: of_template},
            "labels": {**marks, LAUNCH: "warm", CREATED_BY: "controller"},
            "ownerReferences": [cluster_state.reference(pool, POOL)]}}


def age_key(sandbox):
    return cluster_state.seconds(sandbox["metadata"]["creationTimestamp"])


class Claims:
    def __init__(self, store):
        self.store = store

    def reconcile(self, namespace, name):
        claim = self.store.get(CLAIM, namespace, name)
        if claim is None or "deletionTimestamp" in claim["metadata"]:
            return None
        status = copy.deepcopy(claim.get("status", {}))
        left = time_left(claim, status)
        if left is not None and left <= 0:
            return self.expire(claim, status)
        sandbox = refusal = None
        try:
            sandbox = self.active(claim)
        except Waiting:
            return 0.5
        except Refused as problem:
            refusal = problem
        claim = self.store.get(CLAIM, namespace, name) or claim
        self.describe(claim, status, sandbox, refusal)
        self.write_status(claim, status)
        left = time_left(claim, status)
        again = refusal.again if refusal else None
        return min((s for s in (left, again) if s is not None), default=None)

    def write_status(self, claim, status):
        patch = cluster_state.merge_patch(claim.get("status", {}), status)
        if patch:
            self.store.patch(CLAIM, claim, {"status": patch}, "status")

    def describe(self, claim, status, sandbox, refusal):
        generation = claim["metadata"]["generation"]
        if refusal:
            cluster_state.set_condition(status, "Ready", "False", refusal.reason, str(refusal), generation)
            return
        own = sandbox.get("status", {})
        ready = cluster_state.condition(own, "Ready")
        told = (ready["status"], ready["reason"], ready["message"]) if ready else \
            ("False", "SandboxNotReady", "Sandbox is not ready")
        if ready and ready["reason"] == "SandboxExpired":
            told = ("False", "SandboxExpired", "Underlying Sandbox resource has expired independently of the Claim.")
        cluster_state.set_condition(status, "Ready", *told, generation)
        cluster_state.remove_condition(status, "Finished")
        finished = cluster_state.condition(own, "Finished")
        if finished:
            status["conditions"].append(finished)
        status["sandbox"] = {"name": sandbox["metadata"]["name"]}
        if own.get("podIPs"):
            status["sandbox"]["podIPs"] = own["podIPs"]

    # Which Sandbox

    def active(self, claim):
        check_metadata(claim["spec"].get("additionalPodMetadata") or {})
        sandbox = self.existing(claim)
        if sandbox is None and not claim["spec"].get("env") and not claim["spec"].get("volumeClaimTemplates"):
            sandbox = self.adopt(claim)
        if sandbox is None:
            return self.cold(claim)
        return self.keep_metadata(claim, sandbox)

    def existing(self, claim):
        namespace, name = cluster_state.key(claim)
        assigned = annotations(claim).get(ASSIGNED)
        for candidate in (claim.get("status", {}).get("sandbox", {}).get("name"), assigned):
            sandbox = candidate and self.live(namespace, candidate)
            if sandbox and controlled(sandbox, claim):
                return sandbox
            if sandbox and candidate == assigned and adoptable(sandbox, claim):
                return self.take(claim, sandbox)
        if assigned:
            self.store.patch(CLAIM, claim, {"metadata": {"annotations": {ASSIGNED: None}}})
        sandbox = self.live(namespace, name)
        if sandbox and not controlled(sandbox, claim):
            raise Refused("ReconcilerError", f'Error seen: sandbox "{name}" is not controlled by claim "{name}". '
                          "Please use a different claim name or delete the sandbox manually", again=1)
        return sandbox

    def live(self, namespace, name):
        sandbox = self.store.api.get(cluster_state.path(SANDBOX, namespace, name))
        if sandbox:
            self.store.put(SANDBOX, sandbox)
        return sandbox

    def adopt(self, claim):
        namespace = claim["metadata"]["namespace"]
        candidates = [s for s in self.store.all(SANDBOX)
                      if s["metadata"]["namespace"] == namespace and adoptable(s, claim)]
        reachable = [s for s in candidates if s.get("status", {}).get("podIPs")]
        for sandbox in sorted(reachable, key=lambda s: (not is_ready(s), age_key(s))):
            self.store.patch(CLAIM, claim, {"metadata": {"annotations": {ASSIGNED: sandbox["metadata"]["name"]}}})
            try:
                return self.take(claim, sandbox)
            except Failure as failure:
                if failure.code not in (404, 409):
                    raise
                # Somebody else was faster, or it has changed: the next look decides anew.
                raise Refused("AdoptionConflict", f"adoption write conflict: {failure.status.get('message')}; the next "
                              "pass retries from a converged view", again=0.05) from None
        age = time.time() - cluster_state.seconds(claim["metadata"]["creationTimestamp"])
        if candidates and not reachable and age < 2:
            raise Waiting
        return None

    def take(self, claim, sandbox):
        """Makes a pool's Sandbox the claim's, in one write that fails when the Sandbox has changed meanwhile."""
        uid, name = claim["metadata"]["uid"], sandbox["metadata"]["name"]
        marks = {POOL_HASH: None, FORMER_TEMPLATE_HASH: None, TEMPLATE_HASH: None, CREATED_BY: None,
                 LAUNCH: "warm", CLAIM_UID: uid}
        made = self.store.patch(SANDBOX, sandbox, {
            "metadata": {"resourceVersion": sandbox["metadata"]["resourceVersion"], "labels": marks,
                         "annotations": {POD_NAME: name},
                         "ownerReferences": [cluster_state.reference(claim, CLAIM)]},
            "spec": {"podTemplate": {"metadata": replace(
                sandbox["spec"]["podTemplate"].get("metadata"), self.pod_metadata(claim, sandbox))}}})
        print(f"claim {claim['metadata']['name']} has adopted {name}", flush=True)
        return made

    def template(self, claim):
        namespace, name = claim["metadata"]["namespace"], claim["spec"]["warmPoolRef"]["name"]
        pool = self.store.get(POOL, namespace, name)
        if pool is None:
            raise Refused("WarmPoolNotFound", f'SandboxWarmPool "{name}" not found', again=1)
        of_pool = pool["spec"]["sandboxTemplateRef"]["name"]
        template = self.store.get(TEMPLATE, namespace, of_pool)
        if template is None:
            raise Refused("TemplateNotFound", f'SandboxTemplate "{of_pool}" not found', again=1)
        return template

    def pod_metadata(self, claim, sandbox):
        template = self.template(claim)
        metadata = template["spec"]["podTemplate"].get("metadata") or {}
        extra = claim["spec"].get("additionalPodMetadata") or {}
        whole = {}
        for kind in ("labels", "annotations"):
            values = dict(metadata.get(kind) or {})
            if kind == "labels":
                values[CLAIM_UID] = claim["metadata"]["uid"]
                values[TEMPLATE_REFERENCE] = cluster_state.hashed(template["metadata"]["name"])
            for name, value in (extra.get(kind) or {}).items():
                if values.get(name, value) != value:
                    raise Refused("ReconcilerError", f'Error seen: metadata override conflict: {kind[:-1]} "{name}" is '
                                  f'defined in template with value "{values[name]}", but claim requests "{value}"')
                values[name] = value
            if values:
                whole[kind] = values
        return whole

    def keep_metadata(self, claim, sandbox):
        try:
            wanted = self.pod_metadata(claim, sandbox)
        except Refused as problem:
            missing = problem.reason in ("WarmPoolNotFound", "TemplateNotFound")
            if missing and not claim["spec"].get("additionalPodMetadata"):
                return sandbox
            raise
        patch = replace(sandbox["spec"]["podTemplate"].get("metadata"), wanted)
        if patch:
            return self.store.patch(SANDBOX, sandbox, {"spec": {"podTemplate": {"metadata": patch}}})
        return sandbox

    def cold(self, claim):
        namespace, name = cluster_state.key(claim)
        template = self.template(claim)
        spec = blueprint(template)
        spec["podTemplate"]["metadata"] = self.pod_metadata(claim, None)
        volumes(claim, template, spec)
        environment(claim, template, spec["podTemplate"]["spec"])
        return self.store.create(SANDBOX, {
            "apiVersion": cluster_state.RESOURCES[SANDBOX][0], "kind": SANDBOX, "spec": spec, "metadata": {
                "name": name, "namespace": namespace,
                "annotations": {TEMPLATE_NAME: template["metadata"]["name"]},
                "labels": {CLAIM_UID: claim["metadata"]["uid"], LAUNCH: "cold",
                           TEMPLATE_REFERENCE: cluster_state.hashed(template["metadata"]["name"])},
                "ownerReferences": [cluster_state.reference(claim, CLAIM)]}})

    # Expiry

    def expire(self, claim, status):
        ready = cluster_state.condition(status, "Ready")
        if ready is None or ready["reason"] != "ClaimExpired":
            cluster_state.set_condition(status, "Ready", "False", "ClaimExpired",
                                        "Claim expired. Sandbox cleanup initiated.", claim["metadata"]["generation"])
            self.write_status(claim, status)
            return 0.01
        policy = claim["spec"]["lifecycle"].get("shutdownPolicy", "Retain")
        if policy != "Retain":
            options = {"propagationPolicy": "Foreground"} if policy == "DeleteForeground" else {}
            self.store.delete(CLAIM, claim, **options)
            return None
        name = status.get("sandbox", {}).get("name", claim["metadata"]["name"])
        sandbox = self.live(claim["metadata"]["namespace"], name)
        if sandbox and controlled(sandbox, claim):
            self.store.delete(SANDBOX, sandbox)
            return 0.5
        status.pop("sandbox", None)
        self.write_status(claim, status)
        return None


def time_left(claim, status):
    lifecycle = claim["spec"].get("lifecycle") or {}
    ends = []
    if lifecycle.get("shutdownTime"):
        ends.append(cluster_state.seconds(lifecycle["shutdownTime"]))
    finished = cluster_state.condition(status, "Finished")
    if finished and lifecycle.get("ttlSecondsAfterFinished") is not None:
        ends.append(cluster_state.seconds(finished["lastTransitionTime"]) + lifecycle["ttlSecondsAfterFinished"])
    return min(ends) - time.time() if ends else None


def adoptable(sandbox, claim):
    owner = controller(sandbox)
    return ("deletionTimestamp" not in sandbox["metadata"] and POOL_HASH in labels(sandbox)
            and TEMPLATE_REFERENCE in labels(sandbox) and owner is not None and owner["kind"] == POOL
            and owner["name"] == claim["spec"]["warmPoolRef"]["name"])


def replace(old, new):
    """A merge patch by which pod metadata becomes exactly `new`."""
    old = old or {}
    return cluster_state.merge_patch({k: old[k] for k in ("labels", "annotations") if old.get(k)}, new)


def check_metadata(metadata):
    for name, value in (metadata.get("labels") or {}).items():
        domain = name.partition("/")[0].lower() if "/" in name else ""
        if not within(domain, LABEL_DOMAINS):
            said = f'label domain "{domain}" is not in the allowlist' if domain else \
                f'label "{name}" must have a domain prefix'
            raise Refused("InvalidMetadata",
                          f'invalid additionalPodMetadata: failed to validate label "{name}": {said}')
    for name in metadata.get("annotations") or {}:
        domain = name.partition("/")[0].lower() if "/" in name else ""
        if within(domain, SYSTEM_DOMAINS) and name != EVICTABLE:
            raise Refused("InvalidMetadata", f'invalid additionalPodMetadata: failed to validate annotation "{name}": '
                          f'restricted system domain: "{name}" is not allowed in AdditionalPodMetadata')


def volumes(claim, template, spec):
    extra = claim["spec"].get("volumeClaimTemplates") or []
    if not extra:
        return
    policy = template["spec"].get("volumeClaimTemplatesPolicy", "Disallowed")
    if policy == "Disallowed":
        raise Refused("VolumeClaimTemplatesError", "failed to merge volume claim templates: "
                      "volume claim templates are disallowed by the template")
    own = {v["metadata"]["name"]: v for v in spec.get("volumeClaimTemplates", [])}
    for volume in extra:
        name = volume["metadata"]["name"]
        if name in own and policy == "Allowed":
            raise Refused("VolumeClaimTemplatesError", "failed to merge volume claim templates: overriding volume "
                          "claim templates is forbidden by the template: "
                          f'cannot override template volume "{name}"')
        own[name] = volume
    spec["volumeClaimTemplates"] = list(own.values())


def environment(claim, template, pod):
    policy = template["spec"].get("envVarsInjectionPolicy", "Disallowed")
    for variable in claim["spec"].get("env") or []:
        if policy == "Disallowed":
            raise Refused("EnvVarsInjectionRejected", "environment variable injection rejected: environment variable "
                          "injection is not allowed by the template policy")
        named = variable.get("containerName")
        containers = pod["containers"][:1] if not named else [
            c for c in pod.get("initContainers", []) + pod["containers"] if c["name"] == named]
        if not containers:
            raise Refused("ReconcilerError", f'Error seen: target container "{named}" not found in template for '
                          f'environment variable "{variable["name"]}"')
        own = containers[0].setdefault("env", [])
        old = next((v for v in own if v["name"] == variable["name"]), None)
        if old is not None and policy != "Overrides":
            raise Refused("ReconcilerError", "Error seen: environment variable override is not allowed by the template "
                          f'policy for variable "{variable["name"]}"')
        if old is not None:
            own.remove(old)
        own.append({"name": variable["name"], "value": variable["value"]})
